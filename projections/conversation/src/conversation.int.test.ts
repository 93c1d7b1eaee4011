import { everySessionEvent, type ProjectionDatabase, projectionDatabase, testLog } from '@mosaic/kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { conversationProjection, findConversation } from './index.ts'

let database: ProjectionDatabase
beforeAll(async () => void (database = await projectionDatabase(conversationProjection)))
beforeEach(() => database.clear())
afterAll(() => database.close())

const sessionId = '0190d1c8-0000-7000-8000-000000000001'
const stream = `agentSession-${sessionId}`
const read = (page: object = {}, workspaceId = 'default') =>
  database.query(workspaceId, (transaction) => findConversation(transaction, sessionId, { limit: 100, ...page }))

const completions: ReadonlySet<string> = new Set(['ToolCompleted', 'OperatorMessageDelivered'])

/** Shown with the calls that name them. */
const isText = ({ type }: { readonly type: string }) => type === 'ModelTextsRecorded'

test('every event is said, or completes what was said', async () => {
  const events = testLog().add(stream, everySessionEvent(sessionId))
  await database.apply(events)
  const { items } = await read()
  expect(items.map((entry) => entry.revision)).toEqual(
    events.filter((event) => !completions.has(event.type) && !isText(event)).map((event) => event.revision),
  )
  const timeOf = (type: string) => events.find((event) => event.type === type)?.metadata.occurredAt
  const entry = (kind: string, role: string) => items.find((item) => item.kind === kind && item.role === role)
  expect(entry('message', 'agent')).toMatchObject({
    content: [{ type: 'text', text: 'I look at the test.' }],
    turn: 1,
    operator: null,
    occurredAt: timeOf('MessageRecorded'),
  })
  expect(entry('tool', 'tool')).toMatchObject({
    toolCallId: 't1',
    name: 'shell',
    input: { command: 'npm test' },
    output: 'a NUL \uFFFD and half a \uFFFD',
    isError: false,
    durationMs: 12.5,
    completedAt: timeOf('ToolCompleted'),
  })
  expect(entry('message', 'operator')).toMatchObject({
    content: [{ type: 'text', text: 'main, please' }],
    operator: { name: 'Ada', deliveredAt: timeOf('OperatorMessageDelivered'), deliveredTurn: 2 },
  })
  expect(items.find((item) => item.kind === 'notice' && item.eventType === 'AgentPauseRequested')).toMatchObject({
    data: { reason: 'lunch' },
    actorName: 'Ada',
  })
})

test('an operator message is there as soon as it is sent, and is delivered later', async () => {
  const events = testLog().add(stream, everySessionEvent(sessionId))
  const sent = events.findIndex((event) => event.type === 'OperatorMessageInjected') + 1
  const newest = async () => (await read({ limit: 1 })).items[0]
  await database.apply(events.slice(0, sent))
  expect(await newest()).toMatchObject({ operator: { deliveredAt: null } })
  await database.apply(events.slice(sent, sent + 1))
  expect(await newest()).toMatchObject({ operator: { deliveredTurn: 2 } })
})

test('one event at a time gives what one batch gives, and so does everything delivered twice', async () => {
  const events = testLog().add(stream, everySessionEvent(sessionId))
  await database.apply(events)
  const atOnce = await read()
  await database.clear()
  await database.apply(...events.map((event) => [event]))
  expect(await read()).toEqual(atOnce)
  await database.apply(events)
  expect(await read()).toEqual(atOnce)
})

test('a completion without a beginning stands as a notice', async () => {
  const events = testLog().add(stream, everySessionEvent(sessionId))
  await database.apply(events.filter((event) => event.type === 'ToolCompleted'))
  expect((await read()).items).toMatchObject([
    { kind: 'notice', eventType: 'ToolCompleted', data: { toolCallId: 't1' } },
  ])
})

test('a second completion without a beginning is a notice of its own, in one batch as in two', async () => {
  const completed = everySessionEvent(sessionId).find((event) => event.type === 'ToolCompleted')!
  const events = testLog().add(stream, [completed, completed])
  const revisions = async () => (await read()).items.map(({ kind, revision }) => [kind, revision])
  const both = [
    ['notice', 0],
    ['notice', 1],
  ]
  await database.apply(events)
  expect(await revisions()).toEqual(both)
  await database.clear()
  await database.apply(events.slice(0, 1), events.slice(1), events)
  expect(await revisions()).toEqual(both)
})

test('pages go both ways from a revision and say whether there is more', async () => {
  const events = testLog().add(stream, everySessionEvent(sessionId))
  await database.apply(events)
  const said = events.filter((event) => !completions.has(event.type) && !isText(event)).map(({ revision }) => revision)
  const revisions = async (page: object) => {
    const { items, hasMore } = await read(page)
    return [items.map((item) => item.revision), hasMore]
  }
  expect(await revisions({ limit: 3, afterRevision: -1 })).toEqual([said.slice(0, 3), true])
  expect(await revisions({ limit: 3, afterRevision: 3 })).toEqual([
    said.filter((revision) => revision > 3).slice(0, 3),
    true,
  ])
  expect(await revisions({ limit: 3, beforeRevision: 7 })).toEqual([
    said.filter((revision) => revision < 7).slice(-3),
    true,
  ])
  expect(await revisions({ limit: 3, beforeRevision: 2 })).toEqual([[0, 1], false])
  expect(await revisions({ limit: 2 })).toEqual([said.slice(-2), true])
})

test('another workspace sees nothing', async () => {
  await database.apply(testLog().add(stream, everySessionEvent(sessionId)))
  expect((await read({}, 'elsewhere')).items).toEqual([])
})
