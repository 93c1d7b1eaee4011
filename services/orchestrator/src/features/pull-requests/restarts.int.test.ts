import { randomUUID } from 'node:crypto'
import { actorHeaders } from '@mosaic/contracts/http'
import { eventually, type ServiceProcess } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { change, CodeHosts } from '../../../test/code-hosts.ts'
import type { Answer } from '../../../test/harness.ts'

let hosts: CodeHosts
beforeAll(async () => void (hosts = await CodeHosts.start(['gitea'])))
afterAll(() => hosts?.close())

/** Each start of a service takes a while on a machine that does other things as well. */
const patienceMs = 400_000

/** After each of these something is begun that the next one tells the end of. */
const steps = new Set([
  'PullRequestRequested',
  'PullRequestOpened',
  'WorkProposed',
  'PullRequestChecked',
  'PullRequestFeedbackReceived',
  'ProposalReturned',
  'AgentContinued',
  'PullRequestContinued',
  'AgentStarted',
  'CommitRecorded',
  'AgentCompleted',
  'AgentResourcesReleased',
  'PullRequestAnswered',
  'PullRequestUpdated',
])

/** Kills a service, and starts it again, when each of the steps has come into the log for the first time from now on. */
function killing(service: ServiceProcess, after: string) {
  const stopping = new AbortController()
  const kills: string[] = []
  const done = (async () => {
    const filter = { streamPrefixes: ['pullRequest-', 'agentSession-'] }
    for await (const item of hosts.harness.store.subscribeAll({ after, filter, signal: stopping.signal })) {
      if (item.kind !== 'event' || !steps.has(item.event.type) || kills.includes(item.event.type)) continue
      await service.stop('SIGKILL')
      kills.push(item.event.type)
      await service.restart()
    }
  })()
  return {
    kills,
    async stop() {
      stopping.abort()
      await done.catch((error: unknown) => {
        if (!stopping.signal.aborted) throw error
      })
    },
  }
}

test.each(['orchestrator', 'coordinator'] as const)(
  'each piece of feedback reaches its agent once, though the %s is killed between all steps of the watch',
  async (name) => {
    const [hosted, repository] = hosts.repositoryAt('gitea')
    const first = await hosts.branchOf(repository, ...change('a.txt'), ...change('b.txt'), ...change('c.txt'))
    const { branch } = await hosts.harness.place(first)
    const { position } = (await hosts.harness.events(first)).at(-1)!
    const killer = killing(hosts[name], position)
    try {
      const headers = { [actorHeaders.idempotencyKey]: randomUUID() }
      const opened = await eventually('it to be open', () => opening(first, headers), 120_000)
      const commit = hosted.branch(branch)!
      hosted.check({ commit, name: 'test', state: 'failed', summary: 'a.txt: expected y' })
      await hosts.until(opened, 'PullRequestAnswered', 1, patienceMs)
      hosted.comment(1, { body: 'Say y in b.txt, too.' })
      await hosts.until(opened, 'PullRequestAnswered', 2, patienceMs)
      hosted.merge(1)
      await hosts.until(opened, 'PullRequestMerged', 1, patienceMs)
      await killer.stop()

      const sessions = await hosts.lineOf(first)
      expect(sessions).toHaveLength(3)
      const told = (await Promise.all(sessions.map((id) => hosts.messagesOf(id)))).flat()
      expect(told.filter((words) => words.includes('a.txt: expected y'))).toHaveLength(1)
      expect(told.filter((words) => words.includes('Say y in b.txt, too.'))).toHaveLength(1)
      const types = await hosts.typesOf(opened)
      for (const type of ['PullRequestFeedbackReceived', 'PullRequestContinued', 'PullRequestAnswered'])
        expect([type, types.filter((each) => each === type).length]).toEqual([type, 2])
      expect(types).not.toContain('PullRequestReturned')
      expect(hosted.pulls).toHaveLength(1)
      // One commit for each time that it was asked.
      expect(hosted.git('rev-list', '--count', '--no-merges', `${commit}^..main`)).toBe('3')
      expect(new Set(killer.kills)).toEqual(steps)
    } finally {
      await killer.stop()
    }
  },
  3 * patienceMs,
)

/** Asked again under the same key while whoever answers is being killed. */
async function opening(sessionId: string, headers: Record<string, string>): Promise<Answer | false> {
  const answer = await hosts.openPr(sessionId, {}, headers).catch(() => undefined)
  return answer?.status === 200 && answer
}
