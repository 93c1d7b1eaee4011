import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import { eventually, serviceToken } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { scenario } from '../../../test/scenario.ts'
import { TestRepository } from '../../../test/user-repository.ts'

let harness: Harness
let client: Client

const folder = mkdtempSync(join(tmpdir(), 'mosaic-agents-'))
// Run by root, sandboxes are another user's.
chmodSync(folder, 0o755)
mkdirSync(join(folder, 'bin'))
cpSync(fileURLToPath(new URL('../../../test/acp-agent.mjs', import.meta.url)), join(folder, 'agent.mjs'))

const player = (name: string, environment: Record<string, string> = {}) => ({
  name,
  title: 'The player',
  folder,
  command: 'node "$MOSAIC_AGENT_FOLDER/agent.mjs"',
  environment: { MODEL_URL: '{url}', ...environment },
})
const settings = {
  MOSAIC_SANDBOX: 'bubblewrap',
  MOSAIC_AGENT_PRESETS: JSON.stringify([
    player('player'),
    player('old', { VERSION: '7' }),
    player('twice', { TWICE: '1' }),
    player('loads', { STATE: '{state}', TAKES_UP: 'load' }),
    player('resumes', { STATE: '{state}', TAKES_UP: 'resume' }),
    { ...player('gone'), folder: '/nowhere/at/all' },
  ]),
}

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator(settings)
})
afterAll(() => harness.close())

const model = scenario([{ say: 'Hello from the model.', usage: { inputTokens: 100, outputTokens: 20 } }])
type Acts = readonly Readonly<Record<string, unknown>>[]

const spawn = (repository: TestRepository, acts: Acts, over: object = {}) =>
  client.spawn({
    runtime: 'acp',
    agent: 'player',
    repository: repository.path,
    task: `PLAY ${JSON.stringify(acts)}`,
    gates: 'minimal',
    model,
    ...over,
  })

const over = (sessionId: string) => harness.reached(sessionId, 'AgentResourcesReleased')
const said = (events: readonly AgentSessionEvent[]) =>
  events.flatMap(({ type, data }) =>
    type === 'MessageRecorded' && data.role === 'agent'
      ? [data.content.map((block) => (block.type === 'tool_use' ? `${block.name}()` : Object.values(block)[1]))]
      : [],
  )

const programs = (events: readonly AgentSessionEvent[]) =>
  events.flatMap((event) => (event.type === 'AgentProgramStarted' ? [event.data] : []))

test('what an agent says, thinks and does are facts in their order, and what it changed is committed', async () => {
  using repository = new TestRepository()
  const sessionId = await spawn(repository, [
    { think: 'Hm.' },
    { say: 'I ' },
    { say: 'look.' },
    { tool: { toolCallId: 'a', rawInput: { command: 'ls' }, output: 'README' } },
    { write: ['made.txt', 'by it'] },
    { tool: { toolCallId: 'b', name: 'finish', output: 'no', status: 'failed' } },
    { say: 'Made the file.\nAs you wanted.' },
  ])
  await over(sessionId)
  const events = await harness.events(sessionId)
  expect(said(events)).toEqual([['Hm.', 'I look.', 'execute()'], ['finish()'], ['Made the file.\nAs you wanted.']])
  const types = events.map(({ type }) => type).filter((type) => /^(?:Tool|Message|Commit|AgentC)/.test(type))
  expect(types).toEqual([
    'MessageRecorded',
    'MessageRecorded',
    'MessageRecorded',
    'ToolInvoked',
    'ToolCompleted',
    'MessageRecorded',
    'ToolInvoked',
    'ToolCompleted',
    'MessageRecorded',
    'CommitRecorded',
    'AgentCompleted',
  ])
  const called = events.flatMap((event) => (event.type === 'ToolInvoked' ? [event.data.input] : []))
  expect(called).toEqual([{ title: 'a tool', command: 'ls' }, { title: 'a tool' }])
  const done = events.flatMap(({ type, data }) => (type === 'ToolCompleted' ? [[data.output, data.isError]] : []))
  expect(done).toEqual([
    ['README', false],
    ['no', true],
  ])
  const { data } = await harness.reached(sessionId, 'CommitRecorded')
  expect(data).toMatchObject({ message: 'Made the file.\n\nMade the file.\nAs you wanted.', files: 1 })
  expect((await harness.reached(sessionId, 'AgentCompleted')).data.summary).toBe('Made the file.\nAs you wanted.')
})

test('it reaches its model without a key, and nothing else there; what that has cost is counted', async () => {
  using repository = new TestRepository()
  const acts = [
    { environment: null },
    { elsewhere: '/v1/models' },
    { elsewhere: '/../health' },
    { model: 'a-dearer-one' },
    { model },
  ]
  const sessionId = await spawn(repository, acts)
  await over(sessionId)
  const events = await harness.events(sessionId)
  const text = said(events).flat().join('')
  expect(text).toContain('404403{')
  expect(text).toContain('model: expected scripted:')
  expect(text).toContain('Hello from the model.')
  expect(text).toContain('MODEL_URL')
  expect(text).not.toContain(serviceToken)
  const usages = events.flatMap((event) => (event.type === 'ModelCallRelayed' ? (event.data.usage ?? []) : []))
  expect(usages).toMatchObject([{ inputTokens: 100, outputTokens: 20 }])
})

const decide = (sessionId: string, { approvalId, digest }: { approvalId: string; digest: string }, said: object) =>
  client.post(`/api/sessions/${sessionId}/approvals/${approvalId}/decision`, { digest, ...said })

test.each([
  ['yes', { decision: 'approved' }, ['ApprovalRequested', 'ApprovalDecided', 'ApprovalApplied', 'ToolInvoked']],
  ['no', { decision: 'denied' }, ['ApprovalRequested', 'ApprovalDecided', 'ApprovalApplied', 'ToolInvoked']],
])('where a person decides, what it asks for is done as they say: %s', async (told, decision, facts) => {
  using repository = new TestRepository()
  const acts = [{ ask: { toolCallId: 'a', file: '/tmp/decided' } }, { tool: { toolCallId: 'a', output: 'ok' } }]
  const sessionId = await spawn(repository, acts, { approvals: 'ask' })
  const { data } = await harness.reached(sessionId, 'ApprovalRequested')
  expect(data).toMatchObject({ shown: expect.stringContaining('"file": "/tmp/decided"'), because: { policy: 'task' } })
  expect(await harness.types(sessionId)).not.toContain('ToolInvoked')
  expect((await decide(sessionId, data as never, decision)).status).toBe(202)
  await over(sessionId)
  expect(said(await harness.events(sessionId)).flat()).toContain(`I was told ${told}.`)
  const types = await harness.types(sessionId)
  expect(types.filter((type) => facts.includes(type))).toEqual(facts)
})

test('an agent that then does something else than was approved has its turn cancelled, and is told by a fact', async () => {
  using repository = new TestRepository()
  const acts = [
    { ask: { toolCallId: 'a', file: '/tmp/decided' } },
    { tool: { toolCallId: 'a', rawInput: { file: '/tmp/another' }, output: 'ok' } },
    { wait: null },
  ]
  const sessionId = await spawn(repository, acts, { approvals: 'ask' })
  const { data } = await harness.reached(sessionId, 'ApprovalRequested')
  await decide(sessionId, data as never, { decision: 'approved' })
  const changed = await harness.reached(sessionId, 'AllowedCallChanged')
  expect(changed.data).toMatchObject({ shown: expect.stringContaining('/tmp/another') })
  await client.post(`/agents/${sessionId}/kill`, {})
  await over(sessionId)
})

test('a message while it waits for an approval ends its turn, and nothing need be decided any more', async () => {
  using repository = new TestRepository()
  const sessionId = await spawn(repository, [{ ask: { toolCallId: 'a', file: '/tmp/decided' } }], { approvals: 'ask' })
  await harness.reached(sessionId, 'ApprovalRequested')
  await client.post(`/agents/${sessionId}/inject`, { text: 'Leave it.' })
  await over(sessionId)
  expect(await harness.types(sessionId)).toContain('ApprovalWithdrawn')
})

test('what a rule allows an agent that asks is a fact, and so is what it denies', async () => {
  using repository = new TestRepository()
  const approvals = { rules: [{ effect: 'deny', tool: 'edit', note: 'Look only.' }] }
  const sessionId = await spawn(repository, [{ ask: { toolCallId: 'a', file: '/tmp/decided' } }], { approvals })
  await over(sessionId)
  const events = await harness.events(sessionId)
  expect(said(events).flat()).toContain('I was told no.')
  expect(events.flatMap(({ type, data }) => (type === 'CallJudged' ? [data] : []))).toMatchObject([
    { decision: 'denied', tool: 'edit', because: { policy: 'task', rule: 1, note: 'Look only.' } },
  ])
})

test('it commits in the midst of its turn, and asks a person, by tools of ours', async () => {
  using repository = new TestRepository()
  const sessionId = await spawn(repository, [
    { write: ['one.txt', '1'] },
    { mcp: ['commit', { message: 'The first half' }] },
    { mcp: ['commit', { message: '' }] },
    { mcp: ['shell', { command: 'id' }] },
    { mcp: ['ask_operator', { question: 'Which?', options: ['this', 'that'] }] },
    { write: ['two.txt', '2'] },
    { say: ' The second half.' },
  ])
  const { data: asked } = await harness.reached(sessionId, 'AgentWaitingForOperator')
  expect(asked).toMatchObject({ question: 'Which?', options: ['this', 'that'] })
  await client.post(`/agents/${sessionId}/inject`, { text: 'that' })
  await over(sessionId)
  const events = await harness.events(sessionId)
  const commits = events.flatMap((event) => (event.type === 'CommitRecorded' ? [event.data] : []))
  expect(commits.map(({ files }) => files)).toEqual([1, 1])
  expect(commits[0]!.message).toBe('The first half')
  const words = said(events).flat().join('')
  expect(words).toContain('There is no tool shell')
  expect(words).toMatch(/message/)
  expect(words).toContain('that')
})

test('tools of ours were not judged by any policy where an agent of another maker called them', async () => {
  using repository = new TestRepository()
  const rules = [
    { effect: 'deny', tool: 'spawn_agent', note: 'Alone.' },
    { effect: 'ask', tool: 'commit' },
  ]
  const sessionId = await spawn(
    repository,
    [
      { mcp: ['spawn_agent', { task: 't', agent_type: 'worker', name: 'Child' }] },
      { write: ['one.txt', '1'] },
      { mcp: ['commit', { message: 'The first half' }] },
    ],
    { approvals: { rules } },
  )
  const { data } = await harness.reached(sessionId, 'ApprovalRequested')
  expect(data).toMatchObject({ tool: 'commit', shown: expect.stringContaining('The first half') })
  expect((await decide(sessionId, data as never, { decision: 'denied', note: 'Not yet.' })).status).toBe(202)
  await over(sessionId)
  const words = said(await harness.events(sessionId))
    .flat()
    .join('')
  expect(words).toContain("the task's policy does not allow it (rule 1). They say: Alone.")
  expect(words).toMatch(/Denied: .* has denied it\. They say: Not yet\./)
  expect((await harness.types(sessionId)).filter((type) => type === 'ApprovalRequested')).toHaveLength(1)
})

test('what it plans is shown where it plans otherwise than before', async () => {
  using repository = new TestRepository()
  const acts = [{ plan: ['look', 'mend'] }, { plan: ['look', 'mend'] }, { plan: ['mend'] }, { say: 'Done.' }]
  const sessionId = await spawn(repository, acts)
  await over(sessionId)
  const told = (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'ToolCompleted' ? [event.data] : [],
  )
  expect(told.map(({ name, output }) => [name, output])).toEqual([
    ['plan', '○ look\n○ mend'],
    ['plan', '○ mend'],
  ])
})

test('it spawns a child by a tool of ours, waits for it, and is told what became of it', async () => {
  using repository = new TestRepository()
  const task = `PLAY ${JSON.stringify([{ say: 'The child has done it.' }])}`
  const sessionId = await spawn(repository, [
    { mcp: ['spawn_agent', { task, agent_type: 'worker', name: 'Child' }] },
    { mcp: ['wait_for_agents', {}] },
  ])
  await over(sessionId)
  const words = said(await harness.events(sessionId))
    .flat()
    .join('')
  expect(words).toContain('The child has done it.')
})

test('without a wish for that it may do what its sandbox lets it', async () => {
  using repository = new TestRepository()
  const sessionId = await spawn(repository, [{ ask: { toolCallId: 'a', file: '/tmp/decided' } }])
  await over(sessionId)
  expect(said(await harness.events(sessionId)).flat()).toContain('I was told yes.')
  expect(await harness.types(sessionId)).not.toContain('AgentWaitingForOperator')
})

test('what a person says reaches it at once: its turn is cancelled, and it hears them', async () => {
  using repository = new TestRepository()
  const sessionId = await spawn(repository, [{ say: 'I wait.' }, { begin: 'a' }, { wait: null }])
  await harness.reached(sessionId, 'ToolInvoked')
  await client.post(`/agents/${sessionId}/inject`, { text: 'Do something else.' })
  await over(sessionId)
  const events = await harness.events(sessionId)
  expect(said(events).at(-1)).toEqual([expect.stringMatching(/^You said: \[OPERATOR .*\]\nDo something else\.$/)])
  expect(events.flatMap(({ type, data }) => (type === 'ToolCompleted' ? [data.isError] : []))).toEqual([true])
})

test('a pause freezes it and all that it has started; a kill ends them, with a receipt', async () => {
  using repository = new TestRepository()
  const sessionId = await spawn(repository, [{ children: 3 }, { begin: 'a' }, { count: 'counter' }])
  const { data } = await harness.reached(sessionId, 'AgentSpawned')
  const counter = join('worktree' in data.place ? data.place.worktree : '', 'counter')
  await eventually('it counts', () => existsSync(counter) && Number(readFileSync(counter, 'utf8')) > 3)
  await client.post(`/agents/${sessionId}/pause`)
  await harness.reached(sessionId, 'AgentPaused')
  const [before, after] = [readFileSync(counter, 'utf8'), await later(counter)]
  expect(after).toBe(before)
  await client.post(`/agents/${sessionId}/resume`)
  await eventually('it counts on', () => readFileSync(counter, 'utf8') !== before)
  await client.post(`/agents/${sessionId}/kill`)
  await over(sessionId)
  const signalled = await harness.reached(sessionId, 'AgentKillSignalled')
  expect(signalled.data.sent).toMatchObject({ kind: 'process', signal: 'SIGKILL' })
  expect((await harness.reached(sessionId, 'AgentKilled')).data.proof).toBe('kernel')
  expect(await harness.types(sessionId)).toContain('AgentDescendantsCleared')
})

async function later(file: string): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 300))
  return readFileSync(file, 'utf8')
}

test('one whose orchestrator ends in its turn goes on, told what was said before', async () => {
  using repository = new TestRepository()
  const sessionId = await spawn(repository, [{ say: 'Remember the number 7.' }, { begin: 'a' }, { wait: null }])
  await harness.reached(sessionId, 'ToolInvoked')
  await client.close()
  client = await harness.orchestrator(settings)
  await over(sessionId)
  const events = await harness.events(sessionId)
  expect(programs(events)).toMatchObject([
    { how: 'begun', reason: null },
    { how: 'told', reason: 'it cannot take up a conversation that it had' },
  ])
  const cut = events.flatMap((event) => (event.type === 'ToolCompleted' ? [event.data] : []))
  expect(cut).toMatchObject([{ interrupted: true, isError: true }])
  expect(said(events).at(-1)).toEqual([expect.stringContaining('You: Remember the number 7.')])
})

test.each(['loads', 'resumes'])(
  'one that %s takes up its own conversation when its orchestrator has ended in its turn; what it tells again is no fact twice',
  async (agent) => {
    using repository = new TestRepository()
    const acts = [{ say: 'Remember the number 7.' }, { begin: 'a' }, { wait: null }]
    const sessionId = await spawn(repository, acts, { agent })
    await harness.reached(sessionId, 'ToolInvoked')
    await client.close()
    client = await harness.orchestrator(settings)
    await over(sessionId)
    const events = await harness.events(sessionId)
    expect(programs(events)).toMatchObject([{ how: 'begun' }, { how: 'loaded', agentSessionId: 's', reason: null }])
    expect(said(events).slice(0, -1)).toEqual([['Remember the number 7.', 'execute()']])
    expect(said(events).at(-1)).toEqual([expect.stringMatching(/^You said: You were interrupted/)])
    expect(events.filter(({ type }) => type === 'ToolInvoked')).toHaveLength(1)
  },
)

test('one that does not find its own conversation again is told what was said before, and its session says why', async () => {
  using repository = new TestRepository()
  const acts = [{ say: 'Remember the number 7.' }, { forget: null }, { begin: 'a' }, { wait: null }]
  const sessionId = await spawn(repository, acts, { agent: 'loads' })
  await harness.reached(sessionId, 'ToolInvoked')
  await client.close()
  client = await harness.orchestrator(settings)
  await over(sessionId)
  const events = await harness.events(sessionId)
  const reason = expect.stringMatching(/^it could not take up its conversation: .*no such file/)
  expect(programs(events)).toMatchObject([{ how: 'begun' }, { how: 'told', reason }])
  expect(said(events).at(-1)).toEqual([expect.stringContaining('You: Remember the number 7.')])
})

test('one whose orchestrator had ended was taken over by a worker that does not have its agent, and failed there', async () => {
  using repository = new TestRepository()
  const sessionId = await spawn(repository, [{ say: 'Mine.' }, { begin: 'a' }, { wait: null }])
  const steps = [{ call: { tool: 'shell', input: { command: 'sleep 3600', timeout_seconds: 3600 } } }]
  const other = await client.spawn({ repository: repository.path, task: 'Sleep.', model: scenario(steps) })
  await Promise.all([sessionId, other].map((id) => harness.reached(id, 'ToolInvoked')))
  const data = mkdtempSync(join(tmpdir(), 'mosaic-without-'))
  const without = await harness.orchestrator({ MOSAIC_SANDBOX: 'bubblewrap', MOSAIC_DATA_DIR: data })
  await client.close()
  const claimed = await harness.reached(other, 'SessionClaimed', ({ epoch }) => epoch === 2)
  client = await harness.orchestrator(settings)
  await over(sessionId)
  const events = await harness.events(sessionId)
  const owners = events.flatMap((event) => (event.type === 'SessionClaimed' ? [event.data.ownerId] : []))
  expect(owners).toHaveLength(2)
  expect(owners).not.toContain(claimed.data.ownerId)
  await over(other)
  await without.close()
})

test.each([
  ['ends', [{ say: 'I' }, { exit: 3 }], {}, 'its program ended with 3: it is all too much'],
  ['ends in the middle of a tool', [{ begin: 'a' }, { exit: 3 }], {}, 'its program ended with 3'],
  ['says a line without an end', [{ line: 20 * 1024 ** 2 }, { wait: null }], {}, 'The player: '],
  ['begins tools without end', [{ flood: 3000 }, { wait: null }], {}, 'tools at once'],
  ['speaks another protocol', [], { agent: 'old' }, 'it speaks version 7 of the protocol; expected 1'],
])('an agent that %s fails its session, and says how', async (_, acts, how, words) => {
  using repository = new TestRepository()
  const sessionId = await spawn(repository, acts, how)
  const { data } = await harness.reached(sessionId, 'AgentFailed')
  expect(data).toMatchObject({ code: 'AGENT_PROGRAM_FAILED', message: expect.stringContaining(words) })
  await over(sessionId)
  const types = await harness.types(sessionId)
  const count = (type: string) => types.filter((each) => each === type).length
  expect(count('ToolCompleted')).toBe(count('ToolInvoked'))
})

test.each([
  ['prints what is no message', [{ garbage: '{"half": ' }, { garbage: 'WARNING: deprecated' }, { say: 'Done.' }], {}],
  ['answers a request twice', [{ say: 'Done.' }], { agent: 'twice' }],
])('an agent that %s is heard all the same', async (_, acts, how) => {
  using repository = new TestRepository()
  const sessionId = await spawn(repository, acts, how)
  expect((await harness.reached(sessionId, 'AgentCompleted')).data.summary).toBe('Done.')
})

test.each([
  ['without an agent', { agent: undefined }, 400, 'VALIDATION_FAILED', 'agent'],
  ['of an agent that nobody knows', { agent: 'pigeon' }, 404, 'AGENT_UNKNOWN', 'agent'],
  ['of one that is not installed', { agent: 'claude-code' }, 409, 'AGENT_NOT_INSTALLED', 'agent'],
  ['of one whose folder is gone', { agent: 'gone' }, 409, 'AGENT_NOT_INSTALLED', 'agent'],
  ['without a sandbox', { sandbox: 'process' }, 400, 'VALIDATION_FAILED', 'sandbox'],
  ['with turns', { maxTurns: 3 }, 400, 'VALIDATION_FAILED', 'maxTurns'],
  ['with several models', { model: `${model},${model}x` }, 422, 'MODEL_UNKNOWN', 'model'],
])('a spawn %s is refused by its field', async (_, wrong, status, code, field) => {
  using repository = new TestRepository()
  const body = { runtime: 'acp', agent: 'player', repository: repository.path, task: 'x', model, ...wrong }
  const answer = await client.post('/agents/spawn', body)
  expect([answer.status, answer.body['code'], answer.body['field']]).toEqual([status, code, field])
})
