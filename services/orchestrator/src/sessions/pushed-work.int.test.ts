import { execFileSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell, type Step } from '../../test/scenario.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator({
    MOSAIC_GIT_AUTHOR_NAME: 'Robot',
    MOSAIC_GIT_AUTHOR_EMAIL: 'robot@example.org',
    MOSAIC_GIT_COMMITTER_NAME: 'Mosaic of Ada',
    MOSAIC_GIT_ORIGIN_HOOKS: 'own',
  })
})
afterAll(() => harness.close())

const write = (path: string): Step => ({ call: { tool: 'write_file', input: { path, content: 'x\n' } } })
const commit: Step = { call: { tool: 'commit', input: { message: 'feat: x' } } }
const ask: Step = { call: { tool: 'ask_operator', input: { question: 'Go on?' } } }
const git = (repository: string, ...args: string[]) =>
  execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim()
/** Takes no push as long as it is so. */
const shut = (repository: string) => git(repository, 'config', 'receive.maxInputSize', '1')
const open = (repository: string) => git(repository, 'config', '--unset', 'receive.maxInputSize')
const spawn = (repository: string, task: string, ...steps: readonly Step[]) =>
  client.spawn({ repository, task, model: scenario(steps) })
const isFailed = ({ push }: { push: { state: string } }) => push.state === 'failed'
const isPushed = ({ push }: { push: { state: string } }) => push.state === 'pushed'

test('a push that failed is tried again by itself while the session lives, and says what became of it', async () => {
  const repository = makeRepository()
  shut(repository)
  const sessionId = await spawn(repository, 'Write x', write('x.txt'), commit, ask, finish())
  const { data: made } = await harness.reached(sessionId, 'CommitRecorded')
  expect(made.push).toMatchObject({
    state: 'failed',
    code: 'PUSH_REJECTED',
    message: expect.stringContaining('[remote rejected]'),
  })
  open(repository)
  const { data: pushed } = await harness.reached(sessionId, 'BranchPushed', isPushed)
  expect(pushed).toMatchObject({ commit: made.commit, push: { state: 'pushed', as: made.branch } })
  expect(git(repository, 'rev-parse', made.branch)).toBe(made.commit)
  await client.post(`/agents/${sessionId}/kill`)
  await harness.reached(sessionId, 'AgentResourcesReleased')
})

test('what could not be pushed before the end of a session is pushed by command after it, and once', async () => {
  const repository = makeRepository()
  shut(repository)
  const sessionId = await spawn(repository, 'Write x', write('x.txt'), commit, write('y.txt'), finish())
  await harness.reached(sessionId, 'CommitRecorded', isFailed)
  const { data: kept } = await harness.reached(sessionId, 'UncommittedWorkKept', isFailed)
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const { branch } = await harness.place(sessionId)

  const refused = await client.post(`/agents/${sessionId}/push`)
  expect(refused.body).toMatchObject({ branch: { state: 'failed' }, uncommitted: { state: 'failed' } })
  open(repository)
  const answer = await client.post(`/agents/${sessionId}/push`)
  expect(answer).toMatchObject({
    status: 200,
    body: { branch: { state: 'pushed', as: branch }, uncommitted: { state: 'pushed', as: kept.ref } },
  })
  expect(git(repository, 'show', `${branch}:x.txt`, `${kept.ref}:y.txt`)).toBe('x\nx')
  const types = await harness.types(sessionId)
  expect(types.slice(types.indexOf('AgentResourcesReleased') + 1)).toEqual(['BranchPushed', 'BranchPushed'])
  expect((await client.post(`/agents/${sessionId}/push`)).body['revision']).toBe(answer.body['revision'])
})

test('an origin that does not answer holds up no kill, and what was being pushed is said when it does', async () => {
  const repository = makeRepository()
  const [began, go] = [join(repository, '.git/began'), join(repository, '.git/go')]
  const wait = `touch ${began}; while [ ! -e ${go} ]; do sleep 0.05; done`
  writeFileSync(join(repository, '.git/hooks/pre-receive'), `#!/bin/sh\n${wait}\n`, { mode: 0o755 })
  const sessionId = await spawn(repository, 'Write x', write('x.txt'), commit, finish())
  await eventually('the push is under way', () => existsSync(began))
  await client.post(`/agents/${sessionId}/kill`)
  await harness.reached(sessionId, 'AgentKilled')
  writeFileSync(go, '')
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const { branch } = await harness.place(sessionId)
  expect(await harness.reached(sessionId, 'BranchPushed')).toMatchObject({
    data: { commit: git(repository, 'rev-parse', branch), push: { state: 'pushed', as: branch } },
  })
})

test('a session that has made nothing has nothing to push', async () => {
  const sessionId = await spawn(makeRepository(), 'Look', finish())
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const answer = await client.post(`/agents/${sessionId}/push`)
  expect(answer).toMatchObject({ status: 200, body: { branch: null, uncommitted: null } })
  expect(await client.post(`/agents/${crypto.randomUUID()}/push`)).toMatchObject({ status: 404 })
})

test('commits say who made them, for whom and with which model, on a branch that says what for', async () => {
  const repository = makeRepository()
  const worker = { match: { agentType: 'worker' }, steps: [write('x.txt'), commit, finish()] }
  const spawnWorker = { call: { tool: 'spawn_agent', input: { task: 'Größe prüfen', agent_type: 'worker' } } }
  const merge = {
    capture: { branch: { regex: '"branch":"([^"]+)"' } },
    call: { tool: 'wait_for_agents', input: {} },
  }
  const lead = {
    match: { agentType: 'lead' },
    steps: [spawnWorker, merge, { call: { tool: 'merge_branch', input: { branch: '{{capture.branch}}' } } }, finish()],
  }
  const model = scenario(lead, worker)
  const headers = { 'x-mosaic-operator-id': 'ada', 'x-mosaic-operator-name': encodeURIComponent('Ada Löwe') }
  const body = { repository, task: 'Lead it.', agentType: 'lead', model }
  const sessionId = String((await client.post('/agents/spawn', body, headers)).body['sessionId'])
  await harness.reached(sessionId, 'AgentResourcesReleased')

  const [child = ''] = await harness.childrenOf(sessionId)
  const [own, childs] = [await harness.place(sessionId), await harness.place(child)]
  expect(own.branch).toBe(`mosaic/lead-it-${sessionId.slice(-8)}`)
  expect(childs.branch).toBe(`mosaic/große-prufen-${child.slice(-8)}`)
  const trailers = ['Session', 'Operator', 'Model'].map((key) => `%(trailers:key=Mosaic-${key},valueonly,separator=)`)
  const format = `--format=${['%an <%ae>', '%cn <%ce>', ...trailers].join('|')}`
  expect(git(repository, 'log', '-1', format, childs.branch)).toBe(
    `Robot <robot@example.org>|Mosaic of Ada <robot@example.org>|${child}|Ada Löwe|${model}`,
  )
  const { data: merged } = await harness.reached(sessionId, 'CommitRecorded')
  expect(merged).toMatchObject({ merged: childs.branch, files: 1, push: { state: 'pushed', as: own.branch } })
  expect(git(repository, 'rev-parse', own.branch)).toBe(merged.commit)
})

test('a secret in a task is in no branch’s name', async () => {
  const secret = ['ghp', 'a'.repeat(36)].join('_')
  const sessionId = await spawn(makeRepository(), `use ${secret} now`, shell('true'), finish())
  const { branch } = await harness.place(sessionId)
  expect(branch).toBe(`mosaic/use-redacted-github-token-now-${sessionId.slice(-8)}`)
})
