import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { comparedAttempt, taskView } from '@mosaic/contracts/task'
import { CodeHostServer, eventually, type HostedRepository } from '@mosaic/kit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { type Instance, mosaic, startInstance } from './instance.ts'

let instance: Instance
let host: CodeHostServer
let hosted: HostedRepository
let taskId: string

/** It leaves it unmended first, as agents do. */
const scenario = `
name: greet
description: writes a greeting, and mends it when it is asked again
agents:
  - name: any
    steps:
      - call: { tool: write_file, input: { path: greeting.txt, content: 'Helo' } }
      - call: { tool: commit, input: { message: Greet } }
      - call: { tool: finish, input: { summary: a greeting is written, outcome: completed } }
      - call: { tool: write_file, input: { path: greeting.txt, content: 'Hello' } }
      - call: { tool: commit, input: { message: Mend the greeting } }
      - call: { tool: finish, input: { summary: the greeting is mended, outcome: completed } }
`

beforeAll(async () => {
  host = await CodeHostServer.start('gitea', { tls: true })
  hosted = host.addRepository('team/greetings')
  const env = {
    MOSAIC_PULL_REQUEST_SECONDS: '1',
    MOSAIC_CA_BUNDLE: host.authority,
    NODE_EXTRA_CA_CERTS: host.authority,
  }
  instance = await startInstance({ demo: false, speed: 50, env })
  writeFileSync(join(instance.folder, 'scenario.yaml'), scenario)
})
afterAll(async () => {
  await instance?.close()
  await host?.[Symbol.asyncDispose]()
})

const pullRequestAnswer = gatewayRoutes.requestPullRequest.answer
const answer = z.object({ items: z.array(pullRequestAnswer) })
const shownTask = taskView.extend({ attempts: z.array(comparedAttempt) })
/** What `task show --json` says of the pull request of its attempt. */
const shown = async () =>
  shownTask.parse(await instance.json('task', 'show', taskId)).attempts[0]?.pullRequest ?? undefined
const checksAre = (state: string) =>
  eventually(
    `checks that are ${state}`,
    async () => ((await shown())?.checks?.state === state ? shown() : false),
    60_000,
  )

it('takes a host by the command line, and says whose its token is', async () => {
  const here = ['--data', instance.data]
  const env = { TOKEN_OF_THE_HOST: host.token }
  const added = ['host', 'add', 'team', '--kind', 'gitea', '--url', host.url, '--token-env', 'TOKEN_OF_THE_HOST']
  expect(await mosaic([...added, ...here], { env })).toMatchObject({ code: 0 })
  expect((await instance.mosaic('host', 'test', 'team')).stdout).toContain('robot')
})

it('opens a pull request for what an agent has done, and the task says so', async () => {
  const model = `scripted:${join(instance.folder, 'scenario.yaml')}`
  const repository = `${host.url}/team/greetings.git`
  const added = ['task', 'add', 'Greet whoever comes.', '--repo', repository, '--model', model, '--yolo', '--wait']
  taskId = z.object({ taskId: z.string() }).parse(await instance.json(...added)).taskId
  const { items } = answer.parse(await instance.json('work', 'open-pr', taskId))
  expect(items).toMatchObject([{ host: 'team', number: 1, isNew: true, into: 'main' }])
  const [{ url, branch, headCommit, sessionId }] = items as [z.infer<typeof pullRequestAnswer>]
  expect(hosted.pulls).toMatchObject([{ head: branch, base: 'main', state: 'open' }])
  expect(hosted.git('show', `${branch}:greeting.txt`)).toBe('Helo')
  const seen = await eventually('the task to show it', shown)
  expect(seen).toMatchObject({ number: 1, url, state: 'open', headCommit, checks: null })
  for (const command of [
    ['task', 'show', taskId],
    ['agent', 'show', sessionId],
  ])
    expect((await instance.mosaic(...command)).stdout).toContain(
      `#1 into main, open at ${headCommit.slice(0, 12)}, ${url}`,
    )
})

it('a failed check comes back to the agent, and what it mends is pushed and shown', async () => {
  const before = await shown()
  hosted.check({ commit: before!.headCommit, name: 'spelling', state: 'pending' })
  await checksAre('running')
  hosted.check({ commit: before!.headCommit, name: 'spelling', state: 'failed', summary: 'Helo is no word' })
  const mended = await eventually(
    'its mended branch to be at the host',
    async () => {
      const seen = await shown()
      return seen !== undefined && seen.headCommit !== before!.headCommit && seen
    },
    120_000,
  )
  expect(mended.headCommit).toBe(hosted.branch(hosted.pulls[0]!.head))
  expect(hosted.git('show', `${mended.headCommit}:greeting.txt`)).toBe('Hello')
  hosted.check({ commit: mended.headCommit, name: 'spelling', state: 'passed' })
  await checksAre('passed')
  expect((await instance.mosaic('task', 'show', taskId)).stdout).toMatch(/\n {2}checks: passed\n/)
})

it('asked for again it is the same one, and task and list show that it is merged', async () => {
  const { items } = answer.parse(await instance.json('work', 'open-pr', taskId))
  expect(items).toMatchObject([{ number: 1, isNew: false }])
  expect(hosted.pulls).toHaveLength(1)
  hosted.merge(1)
  await eventually('the task to show that it is merged', async () => (await shown())?.state === 'merged', 60_000)
  expect((await instance.mosaic('work', 'list')).stdout).toContain('#1 merged')
})

it('no token is in what the instance keeps or answers', async () => {
  expect((await instance.mosaic('events', 'read', '--limit', '1000', '--json')).stdout).not.toContain(host.token)
  expect((await instance.mosaic('host', 'list', '--json')).stdout).not.toContain(host.token)
})
