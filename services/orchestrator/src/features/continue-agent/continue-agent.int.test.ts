import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { countedModel } from '../../../test/counted-model.ts'
import { type Client, Harness } from '../../../test/harness.ts'
import { makeRepository } from '../../../test/repository.ts'
import { finish, scenario, shell, type Step } from '../../../test/scenario.ts'

let harness: Harness
let client: Client
let model: Awaited<ReturnType<typeof countedModel>>

beforeAll(async () => {
  harness = await Harness.start()
  model = await countedModel(harness.model.url)
  client = await harness.orchestrator({ MOSAIC_SCRIPTED_MODEL_URL: model.url })
})
afterAll(async () => {
  await harness.close()
  model.close()
})

const write = (path: string, content: string): Step => ({ call: { tool: 'write_file', input: { path, content } } })
const commit = (message: string): Step => ({ call: { tool: 'commit', input: { message } } })
const git = (folder: string, ...args: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=ada@example.invalid', ...args], {
    encoding: 'utf8',
  }).trim()

/** A session of these steps that is over. The steps of whoever continues it come behind those. */
async function over(steps: readonly Step[]) {
  const repository = makeRepository()
  const task = `Write it down (${crypto.randomUUID()}).`
  const sessionId = await client.spawn({ repository, task, model: scenario(steps) })
  await harness.reached(sessionId, 'AgentResourcesReleased')
  return { repository, task, sessionId, ...(await harness.place(sessionId)) }
}

test('an ended session goes on: its conversation, its branch, and what it had not committed', async () => {
  const before = await over([
    write('a.txt', 'one\n'),
    commit('first'),
    write('b.txt', 'not committed\n'),
    finish(),
    shell('cat a.txt b.txt; git status --porcelain'),
    commit('second'),
    finish('went on'),
  ])
  const answer = await client.post(`/agents/${before.sessionId}/continue`, { text: 'Now commit the rest.' })
  expect(answer.status).toBe(202)
  const next = String(answer.body['sessionId'])
  expect((await harness.reached(next, 'AgentCompleted')).data.summary).toBe('went on')

  expect((await harness.reached(before.sessionId, 'AgentContinued')).data.successorSessionId).toBe(next)
  expect((await harness.reached(next, 'AgentSpawnRequested')).data).toMatchObject({
    predecessor: { sessionId: before.sessionId, how: 'continued' },
    task: 'Now commit the rest.',
    parentSessionId: null,
  })
  const place = await harness.place(next)
  expect([place.branch, place.baseCommit]).toEqual([before.branch, before.baseCommit])
  expect(place.worktree).not.toBe(before.worktree)
  const looked = await harness.reached(next, 'ToolCompleted', ({ name }) => name === 'shell')
  expect(looked.data.output.split('\n')).toEqual(['one', 'not committed', '?? b.txt'])
  expect(git(before.repository, 'log', '--format=%s', `main..${before.branch}`).split('\n')).toEqual([
    'second',
    'first',
  ])
  // The model was told the first task by both.
  expect(model.callsFor('Now commit the rest.')).toBe(3)
  expect(model.callsFor(before.task)).toBe(8)
})

test('one session alone goes on where another ended, and that one can be continued in its turn', async () => {
  const before = await over([finish(), finish('second'), finish('third')])
  const first = await client.post(`/agents/${before.sessionId}/continue`, { text: 'On.' })
  expect(first.status).toBe(202)
  const second = String(first.body['sessionId'])
  expect(await client.post(`/agents/${before.sessionId}/continue`, { text: 'On.' })).toMatchObject({
    status: 409,
    body: { code: 'SESSION_CONTINUED', detail: expect.stringContaining(second) },
  })
  await harness.reached(second, 'AgentResourcesReleased')
  const third = await client.post(`/agents/${second}/continue`, { text: 'And on.' })
  const { data } = await harness.reached(String(third.body['sessionId']), 'AgentCompleted')
  expect(data.summary).toBe('third')
})

test('the same key again is the same session', async () => {
  const before = await over([finish()])
  const key = { 'idempotency-key': crypto.randomUUID() }
  const continuing = () => client.post(`/agents/${before.sessionId}/continue`, { text: 'On.' }, key)
  const [one, other] = [await continuing(), await continuing()]
  expect([one.status, other.body['sessionId']]).toEqual([202, one.body['sessionId']])
})

test('where a person has gone on with the branch, theirs counts; what no longer fits stays where it was kept', async () => {
  const before = await over([
    write('a.txt', 'one\n'),
    commit('first'),
    write('a.txt', 'not committed\n'),
    finish(),
    shell('cat a.txt; git status --porcelain'),
    finish('looked'),
  ])
  const { repository, branch } = before
  git(repository, 'checkout', '-q', branch)
  execFileSync('sh', ['-c', `printf 'amended\\n' > ${join(repository, 'a.txt')}`])
  git(repository, 'commit', '-qa', '--amend', '-m', 'amended')
  git(repository, 'checkout', '-q', 'main')
  const answer = await client.post(`/agents/${before.sessionId}/continue`, { text: 'Look.' })
  const next = String(answer.body['sessionId'])
  const looked = await harness.reached(next, 'ToolCompleted', ({ name }) => name === 'shell')
  expect(looked.data.output).toBe('amended')
  const told = await harness.reached(next, 'MessageRecorded', ({ role }) => role === 'system')
  expect(JSON.stringify(told.data.content)).toContain('could not be brought back')
  expect(git(repository, 'show', `refs/mosaic/wip/${before.sessionId}:a.txt`)).toBe('not committed')
})

test('a retry begins the task anew, on a branch of its own', async () => {
  const before = await over([write('a.txt', 'one\n'), commit('first'), finish()])
  const answer = await client.post(`/agents/${before.sessionId}/retry`)
  expect(answer.status).toBe(202)
  const next = String(answer.body['sessionId'])
  await harness.reached(next, 'AgentCompleted')
  expect((await harness.reached(next, 'AgentSpawnRequested')).data).toMatchObject({
    predecessor: { sessionId: before.sessionId, how: 'retried' },
    task: before.task,
  })
  const place = await harness.place(next)
  expect(place.branch).not.toBe(before.branch)
  expect(readFileSync(join(before.repository, 'README.md'), 'utf8')).toBe('# A thing\n')
  expect(git(before.repository, 'log', '--format=%s', `main..${place.branch}`)).toBe('first')
})

test('what is alive, not there or not ours is refused by name', async () => {
  const live = await client.spawn({
    repository: makeRepository(),
    task: 'Wait.',
    model: scenario([shell('sleep 60'), finish()]),
  })
  await harness.reached(live, 'AgentStarted')
  expect(await client.post(`/agents/${live}/continue`, { text: 'On.' })).toMatchObject({
    status: 409,
    body: { code: 'SESSION_NOT_OVER' },
  })
  expect(await client.post(`/agents/${crypto.randomUUID()}/retry`)).toMatchObject({
    status: 404,
    body: { code: 'SESSION_NOT_FOUND' },
  })
  expect(await client.post(`/agents/${live}/continue`, { text: ' ' })).toMatchObject({
    status: 400,
    body: { code: 'VALIDATION_FAILED', field: 'text' },
  })
  await client.post(`/agents/${live}/kill`)
  await harness.reached(live, 'AgentResourcesReleased')
})
