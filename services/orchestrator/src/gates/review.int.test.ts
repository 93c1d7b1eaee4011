import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { finish, scenario, type Step } from '../../test/scenario.ts'
import { TestRepository } from '../../test/user-repository.ts'

let harness: Harness
let client: Client
beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

const call = (tool: string, input: object): Step => ({ call: { tool, input } })
const commit = call('commit', { message: 'work' })
const write = (content: string) => call('write_file', { path: 'run.js', content })

const approving = (confidence: number) =>
  call('submit_review', { verdict: 'approve', confidence, summary: 'Read it.', findings: [] })
const finding = { file: 'run.js', line: 1, kind: 'security', severity: 'high', message: 'it runs what it is sent' }
/** Rejects where the change that it is shown evaluates text, and nothing else. */
const reviewers = [
  {
    match: { agentType: 'reviewer', task: String.raw`^\+.*\beval\(` },
    steps: [
      call('shell', { command: 'echo tried > tried.txt' }),
      call('submit_review', { verdict: 'reject', confidence: 0.1, summary: 'Unsafe.', findings: [finding] }),
      finish(),
    ],
  },
  {
    match: { agentType: 'reviewer', task: String.raw`^\+.*\bunsure\b` },
    steps: [approving(0.89), finish()],
  },
  { match: { agentType: 'reviewer' }, steps: [approving(0.95), finish()] },
]

async function strictly(steps: readonly Step[], files: Record<string, string> = { 'readme.md': 'x\n' }) {
  using repository = new TestRepository(files)
  const model = scenario(...reviewers, [...steps, finish()])
  const sessionId = await client.spawn({ repository: repository.path, task: 'x', model, gates: 'strict' })
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const events = await harness.events(sessionId)
  const checks = events.flatMap(({ type, data }) => (type === 'QualityCheckCompleted' ? [data] : []))
  const commits = events.flatMap(({ type, data }) => (type === 'CommitRecorded' ? [data] : []))
  return { sessionId, checks, commits }
}

/** The sessions that have looked at changes of another, with what they were to start from and what became of them. */
async function reviewsOf(author: string) {
  const found = []
  for await (const item of harness.store.readAll({ filter: { eventTypes: ['AgentSpawnRequested'] } })) {
    if (item.kind !== 'event' || item.event.type !== 'AgentSpawnRequested') continue
    const { sessionId, reviews, workplace, parentSessionId } = item.event.data
    if (reviews?.sessionId === author) found.push({ sessionId, reviews, workplace, parentSessionId })
  }
  return found
}

test('a reviewer’s verdict follows from the fault in the diff, and both it and the programs have to agree', async () => {
  const { sessionId, checks, commits } = await strictly([
    write('exports.run = (text) => eval(text)\n'),
    commit,
    write('exports.run = (text) => JSON.parse(text)\n'),
    commit,
  ])
  expect(checks.map(({ approved }) => approved)).toEqual([false, true])
  const review = checks[0]!.gates.find(({ name }) => name === 'review')!
  expect(review).toMatchObject({ kind: 'ai', passed: false, ran: true })
  expect(review.details[0]).toEqual({ file: 'run.js', line: 1, output: 'high (security): it runs what it is sent' })
  expect(checks[1]!.gates.find(({ name }) => name === 'review')).toMatchObject({ kind: 'ai', passed: true })
  expect(commits).toMatchObject([{ push: { state: 'pushed' } }])

  const reviews = await reviewsOf(sessionId)
  expect(reviews.map(({ reviews: of, workplace }) => [of.commit, workplace])).toEqual(
    checks.map((check) => [check.commit, expect.objectContaining({ from: check.commit })]),
  )
  for (const { sessionId: reviewer, parentSessionId } of reviews) {
    expect(reviewer).not.toBe(sessionId)
    expect(parentSessionId).toBeNull()
    await harness.reached(reviewer, 'AgentResourcesReleased')
    const types = await harness.types(reviewer)
    expect(types).toContain('ReviewSubmitted')
    // What it has tried out is nobody's work.
    expect(types).not.toContain('UncommittedWorkKept')
  }
})

test('an approval of which the reviewer is not sure enough is none', async () => {
  const { checks, commits } = await strictly([write('// unsure\n'), commit])
  expect(checks).toMatchObject([{ approved: false }])
  expect(checks[0]!.gates.at(-1)!.details.at(-1)!.output).toContain('confidence 0.89, which is less than 0.9')
  expect(commits).toEqual([])
})

test('what tests do not cover is named by line, and no reviewer is asked about what does not pass anyway', async () => {
  const files = {
    'package.json': JSON.stringify({ type: 'module', scripts: { test: 'node --test' } }),
    'run.js': 'export const run = () => 1\n',
    'run.test.js':
      "import { test } from 'node:test'\nimport { run } from './run.js'\ntest('runs', () => { if (run() !== 1) throw new Error() })\n",
  }
  const more = 'export const run = () => 1\nexport const more = (n) => {\n  if (n > 1) return 2\n  return 3\n}\n'
  const { sessionId, checks, commits } = await strictly([write(more), commit], files)
  expect(commits).toEqual([])
  const gates = Object.fromEntries(checks[0]!.gates.map((gate) => [gate.name, gate]))
  expect(gates['tests']).toMatchObject({ passed: true, ran: true })
  expect(gates['coverage']).toMatchObject({ passed: false, ran: true })
  expect(gates['coverage']!.details).toContainEqual({ file: 'run.js', line: 3, output: 'not covered' })
  expect(gates['review']).toMatchObject({ passed: false, ran: false })
  expect(await reviewsOf(sessionId)).toEqual([])
})
