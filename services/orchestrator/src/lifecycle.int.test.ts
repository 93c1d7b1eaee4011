import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { foldEvent, isHandled } from '@mosaic/contracts/kernel'
import { mergeQueueStream, type MergeQueueView } from '@mosaic/contracts/merge-queue'
import { eventually, freePort, type ServiceProcess, startService } from '@mosaic/kit'
import { mergeQueueView } from '@mosaic/views'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Client, Harness } from '../test/harness.ts'
import { leftBehind } from '../test/left-behind.ts'
import { LoopbackServer } from '../test/loopback-server.ts'
import { candidates } from '../test/sandboxes.ts'
import { finish, scenario, shell, type Step } from '../test/scenario.ts'
import { TestRepository } from '../test/user-repository.ts'
import { hashOf } from './repositories/index.ts'

// From a task to the base branch, in every kind of sandbox that holds agents.

const patienceMs = 420_000
const write = (path: string, content: string): Step => ({ call: { tool: 'write_file', input: { path, content } } })
const commit: Step = { call: { tool: 'commit', input: { message: 'work' } } }
const mergeMain: Step = { call: { tool: 'merge_branch', input: { branch: 'main' } } }

const sum = 'exports.sum = (a, b) => a + b\n'
const project = {
  'package.json': JSON.stringify({ scripts: { test: 'node sum.test.js' } }),
  'sum.js': sum,
  'sum.test.js': "require('node:assert').equal(require('./sum.js').sum(2, 2), 4)\n",
  'shared.txt': 'one\n',
}

/** Nobody has main checked out: the queue moves it. */
function repositoryOf(files: Readonly<Record<string, string>> = project): TestRepository {
  const repository = new TestRepository(files)
  repository.git('checkout', '--quiet', '-b', 'elsewhere')
  return repository
}

for (const { provider, works, title } of await candidates()) {
  if (provider.kind === 'process') continue
  describe.runIf(works)(`${title}, from a task to main`, { timeout: patienceMs }, () => {
    let harness: Harness
    let coordinator: ServiceProcess
    let orchestrator: ServiceProcess
    let client: Client
    const spawned: string[] = []

    beforeAll(async () => {
      harness = await Harness.start()
      const port = await freePort()
      const own = { MOSAIC_ORCHESTRATOR_URL: `http://127.0.0.1:${port}` }
      coordinator = await startService('services/coordinator', { ...harness.environment, ...own })
      const environment = {
        ...harness.environment,
        MOSAIC_COORDINATOR_URL: coordinator.url,
        MOSAIC_SANDBOX: provider.kind,
        MOSAIC_LIMIT_INSTANCE: '20',
      }
      orchestrator = await startService('services/orchestrator', environment, port)
      client = new Client(orchestrator.url, async () => {})
    })
    afterEach(async () => {
      for (const sessionId of spawned) await harness.reached(sessionId, 'AgentResourcesReleased')
      expect(await leftBehind(spawned.splice(0))).toEqual([])
    })
    afterAll(async () => {
      await orchestrator?.stop()
      await coordinator?.stop()
      await harness?.close()
    })

    const spawn = (repository: TestRepository, ...steps: Step[]) => spawnWith({ gates: 'minimal' }, repository, steps)
    async function spawnWith(quality: object, repository: TestRepository, steps: Step[]): Promise<string> {
      const body = { repository: repository.path, branch: 'main', task: 'Do it.', ...quality }
      const sessionId = await client.spawn({ ...body, model: scenario(steps) })
      spawned.push(sessionId)
      return sessionId
    }
    const isOver = (sessionId: string) =>
      harness.reached(sessionId, 'AgentResourcesReleased', () => true, patienceMs / 2)
    const outputs = async (sessionId: string) =>
      (await harness.events(sessionId)).flatMap((event) => (event.type === 'ToolCompleted' ? [event.data] : []))

    async function land(sessionId: string, over: object = {}): Promise<string> {
      const asked = new Client(coordinator.url, async () => {})
      const { body } = await asked.post('/api/merge-queues/land', { sessionId, returnTo: 'agent', ...over })
      expect(body, JSON.stringify(body)).toHaveProperty('queueId')
      return String(body['queueId'])
    }
    /** What has become of all that was in the queue. */
    async function landed(queueId: string, count: number): Promise<MergeQueueView['over']> {
      const filter = { streamPrefixes: [mergeQueueStream.of(queueId)] }
      let queue: MergeQueueView | undefined
      const signal = AbortSignal.timeout(patienceMs)
      for await (const item of harness.store.subscribeAll({ after: null, filter, signal })) {
        if (item.kind !== 'event' || !isHandled(mergeQueueView, item.event)) continue
        queue = foldEvent(mergeQueueView, queue, item.event)
        if (queue?.open.length === 0 && queue.over.length >= count) return queue.over
      }
      throw new Error(`the queue stands at ${JSON.stringify(queue)}`)
    }

    it('rejected by its gates, repaired, approved, pushed and landed', async () => {
      using repository = repositoryOf()
      const broken = write('sum.js', 'exports.sum = (a, b) => a - b\n')
      const sessionId = await spawn(repository, broken, commit, write('sum.js', `${sum}// same\n`), commit, finish())
      await isOver(sessionId)
      const events = await harness.events(sessionId)
      const checks = events.flatMap((event) => (event.type === 'QualityCheckCompleted' ? [event.data.approved] : []))
      expect(checks).toEqual([false, true])
      expect((await outputs(sessionId))[1]!.output).toMatch(/^GATES_REJECTED: tests failed:\nsum\.test\.js:1: /)
      const { data } = await harness.reached(sessionId, 'CommitRecorded')
      expect(data.push).toMatchObject({ state: 'pushed' })
      expect(await harness.place(sessionId)).toMatchObject({ sandbox: { kind: provider.kind } })
      expect(await landed(await land(sessionId), 1)).toMatchObject([{ status: 'landed' }])
      expect(repository.git('show', 'main:sum.js')).toBe(`${sum}// same`)
    })

    it('its gates see what it commits alone, in a sandbox of their own of that kind', async () => {
      const looks = [
        "const { existsSync } = require('node:fs')",
        "console.log('in docker: ' + existsSync('/.dockerenv'))",
        "require('node:assert')(existsSync('left') && existsSync('/tmp/left'), 'nothing is left here')\n",
      ]
      using repository = repositoryOf({ ...project, '.gitignore': 'left\n', 'sum.test.js': looks.join('\n') })
      const leave = shell('touch left /tmp/left && node sum.test.js')
      const sessionId = await spawn(repository, leave, write('a.txt', 'a\n'), commit, finish())
      await isOver(sessionId)
      const [inOwn, , refusal] = await outputs(sessionId)
      const kind = `in docker: ${provider.kind === 'docker'}`
      expect(inOwn).toMatchObject({ isError: false, output: expect.stringContaining(kind) })
      expect(refusal!.output).toMatch(/^GATES_REJECTED: tests failed:/)
      const [check] = (await harness.events(sessionId)).filter(({ type }) => type === 'QualityCheckCompleted')
      for (const said of [kind, 'nothing is left here']) expect(JSON.stringify(check)).toContain(said)
    })

    it('goes past its gates when that was asked for, and each time stands in the log', async () => {
      using repository = repositoryOf()
      const broken = write('sum.js', 'exports.sum = (a, b) => a - b\n')
      const sessionId = await spawnWith({ yolo: true }, repository, [broken, commit, finish()])
      await isOver(sessionId)
      const events = await harness.events(sessionId)
      expect(events.filter(({ type }) => type === 'QualityCheckCompleted')).toEqual([])
      const { data } = await harness.reached(sessionId, 'CommitRecorded')
      expect(data.push).toMatchObject({ state: 'pushed' })
      const skipped = events.flatMap((event) => (event.type === 'QualityGatesSkipped' ? [event.data] : []))
      const { commit: id } = data
      expect(skipped).toMatchObject([
        { stage: 'pre-commit', commit: id, by: 'session', saidBy: { kind: 'operator' } },
        { stage: 'pre-push', commit: id, by: 'session', saidBy: { kind: 'operator' } },
      ])
    })

    it('ten agents on ten tasks of one repository at once: nothing is lost', async () => {
      using repository = repositoryOf()
      const tasks = Array.from({ length: 10 }, (_, n) => `task-${n}.txt`)
      const lines = 'for n in 1 2 3 4 5; do echo line $n >> "$f"; done'
      const sessionIds = await Promise.all(
        tasks.map((path) => spawn(repository, shell(`f=${path}; ${lines}`), commit, finish())),
      )
      await Promise.all(sessionIds.map(isOver))
      let queueId = ''
      for (const sessionId of sessionIds) queueId = await land(sessionId)
      const over = await landed(queueId, tasks.length)
      expect(over.map(({ status }) => status)).toEqual(tasks.map(() => 'landed'))
      const wanted = [1, 2, 3, 4, 5].map((n) => `line ${n}`).join('\n')
      for (const path of tasks) expect(repository.git('show', `main:${path}`), path).toBe(wanted)
    })

    it('what conflicts goes back to its agent, who brings it home; what is only behind is rebased', async () => {
      using repository = repositoryOf()
      const theirsFirst = [write('shared.txt', 'theirs\n'), commit, mergeMain]
      const resolved = [...theirsFirst, write('shared.txt', 'theirs and mine\n'), commit, finish()]
      const mine = await spawn(repository, write('shared.txt', 'mine\n'), commit, finish(), ...resolved)
      const behind = await spawn(repository, write('new.txt', 'new\n'), commit, finish())
      await Promise.all([isOver(mine), isOver(behind)])
      repository.git('checkout', '--quiet', 'main')
      const theirs = repository.commit('theirs', { 'shared.txt': 'theirs\n' })
      repository.git('checkout', '--quiet', 'elsewhere')
      expect(await landed(await land(behind, { how: 'rebase' }), 1)).toMatchObject([{ status: 'landed' }])
      expect(repository.git('rev-parse', 'main^')).toBe(theirs)
      const over = await landed(await land(mine, { how: 'squash' }), 2)
      expect(over).toContainEqual(expect.objectContaining({ status: 'landed', how: 'squash', times: 1 }))
      expect(repository.git('show', 'main:shared.txt')).toBe('theirs and mine')
      const { successorSessionId } = (await harness.reached(mine, 'AgentContinued')).data
      spawned.push(successorSessionId)
    })

    it('a secret is kept from every commit, and what is clean goes out', async () => {
      using repository = repositoryOf()
      const key = ['gh', 'p_', 'aB3xK9mQ7tR2'.repeat(3)].join('')
      const steps = [shell(`echo key=${key} > config.txt`), commit, shell('echo key=elsewhere > config.txt'), commit]
      const sessionId = await spawn(repository, ...steps, finish())
      await isOver(sessionId)
      const tools = await outputs(sessionId)
      expect(tools[1]).toMatchObject({ isError: true, output: expect.stringContaining('SECRET_FOUND') })
      const { data } = await harness.reached(sessionId, 'CommitRecorded')
      expect(repository.git('log', '-p', data.branch)).not.toContain(key)
      expect(repository.git('show', `${data.branch}:config.txt`)).toBe('key=elsewhere')
    })

    it('reaches the one host that was allowed, and no other', async () => {
      await using allowed = await LoopbackServer.http((_, response) => response.end('reached'))
      await using other = await LoopbackServer.http((_, response) => response.end('reached too'))
      const settings = `network:\n  hosts: ["127.0.0.1:${allowed.port}"]\n`
      using repository = repositoryOf({ ...project, 'mosaic.yaml': settings })
      const approval = { repository: repository.path, hash: hashOf(settings) }
      expect((await client.post('/repositories/approve', approval)).status).toBe(202)
      const get = (port: number) => shell(`curl -sS -m 10 http://127.0.0.1:${port}/; true`)
      const sessionId = await spawn(repository, get(allowed.port), get(other.port), finish())
      await isOver(sessionId)
      const [first, second] = await outputs(sessionId)
      expect([first!.output, second!.output.includes('reached too'), other.connections]).toEqual(['reached', false, 0])
    })

    it('goes on after its orchestrator was cut off, and leaves no sandbox of before', async () => {
      using repository = repositoryOf()
      const wait = shell('touch begun; until [ -e enough ]; do sleep 0.2; done; echo over')
      const sessionId = await spawn(repository, wait, shell('touch enough'), write('a.txt', 'a\n'), commit, finish())
      const { worktree } = await harness.place(sessionId)
      await eventually('it works', () => existsSync(join(worktree, 'begun')))
      await orchestrator.stop('SIGKILL')
      await orchestrator.restart()
      await isOver(sessionId)
      expect((await outputs(sessionId))[0]).toMatchObject({ interrupted: true })
      const { data } = await harness.reached(sessionId, 'CommitRecorded')
      expect(repository.git('show', `${data.branch}:a.txt`)).toBe('a')
    })
  })
}
