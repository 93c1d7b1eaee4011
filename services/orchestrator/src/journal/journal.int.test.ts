import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { connectEventStore, type EventStore, StoreUnavailableError } from '@mosaic/event-store'
import { commandContext, type Engine, spawnRequested, startEventStore } from '@mosaic/kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { CommandOf } from '../domain/agent-session/index.ts'
import { Journal } from './journal.ts'
import type { Observed } from './observed.ts'

let engine: Engine
let store: EventStore
let sessionId: string
let spawn: CommandOf<'SpawnAgent'>

beforeAll(async () => {
  engine = await startEventStore()
  store = connectEventStore({ connectionString: engine.url, instanceId: 'test' })
})
afterAll(async () => {
  await store.close()
  await engine.close()
})
beforeEach(() => {
  sessionId = crypto.randomUUID()
  const first = spawnRequested(sessionId)
  if (first.type !== 'AgentSpawnRequested') throw new Error('not a spawn')
  spawn = { type: 'SpawnAgent', ownerId: '01890000-0000-7000-8000-0000000000b1', spec: first.data, queued: null }
})

const pause = { type: 'PauseAgent', reason: null } as const
const inject = (text: string) =>
  ({
    type: 'InjectMessage',
    messageId: crypto.randomUUID(),
    text,
    operatorName: 'Ada',
    pauseBeforeSend: false,
  }) as const

async function stored(): Promise<string[]> {
  const types: string[] = []
  for await (const item of store.readStream(agentSessionStream.of(sessionId)))
    if (item.kind === 'event') types.push(item.event.type)
  return types
}

test('what it holds after its own commands is what the log holds', async () => {
  const journal = new Journal(store, sessionId)
  const observed: Observed[] = []
  journal.onEvent((event) => observed.push(event))
  await journal.execute(spawn, commandContext())
  await journal.execute({ ...inject('hi'), pauseBeforeSend: true }, commandContext())

  const reread = new Journal(store, sessionId)
  await reread.catchUp()
  expect(reread.session).toEqual(journal.session)
  expect(reread.revision).toBe(3)
  expect(journal).toMatchObject({ revision: 3, position: reread.position, workspaceId: 'default' })
  expect(observed.map(({ event, revision }) => [event.type, revision])).toEqual([
    ['AgentSpawnRequested', 0],
    ['SessionClaimed', 1],
    ['OperatorMessageInjected', 2],
    ['AgentPauseRequested', 3],
  ])
})

test('the same command twice writes once, also after a restart', async () => {
  const journal = new Journal(store, sessionId)
  await journal.execute(spawn, commandContext())
  const context = commandContext()
  await journal.execute(pause, context)
  expect((await journal.execute(pause, context)).ok).toBe(true)
  expect((await new Journal(store, sessionId).execute(pause, context)).ok).toBe(true)
  expect((await journal.execute(pause, commandContext())).ok).toBe(false)
  expect(await stored()).toEqual(['AgentSpawnRequested', 'SessionClaimed', 'AgentPauseRequested'])
})

test('where somebody else has written it reads on, decides again and tells of their events first', async () => {
  const journal = new Journal(store, sessionId)
  await journal.execute(spawn, commandContext())
  const other = new Journal(store, sessionId)
  await other.execute(pause, commandContext())

  const seen: string[] = []
  journal.onEvent(({ event }) => seen.push(event.type))
  const refused = await journal.execute(pause, commandContext())
  expect(refused).toMatchObject({ ok: false, error: { code: 'SESSION_ALREADY_PAUSED' } })
  await journal.execute(inject('hi'), commandContext())
  expect(seen).toEqual(['AgentPauseRequested', 'OperatorMessageInjected'])
})

test('many commands at once are decided one after the other', async () => {
  const journal = new Journal(store, sessionId)
  await journal.execute(spawn, commandContext())
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) => journal.execute(inject(String(index)), commandContext())),
  )
  expect(results.every(({ ok }) => ok)).toBe(true)
  expect(journal.revision).toBe(21)
})

/** A store whose next append gets through and whose answer does not. */
function losingAnswer(): EventStore {
  let lost = false
  return {
    ...store,
    async append(...args) {
      const appended = await store.append(...args)
      if (lost) return appended
      lost = true
      throw new StoreUnavailableError('the answer was lost')
    },
  }
}

test('an append whose answer was lost is not made twice, by the same command or another', async () => {
  const first = new Journal(store, sessionId)
  await first.execute(spawn, commandContext())
  const journal = new Journal(losingAnswer(), sessionId)
  const context = commandContext()
  const message = inject('hi')
  await expect(journal.execute(message, context)).rejects.toThrow(StoreUnavailableError)
  expect((await journal.execute(pause, commandContext())).ok).toBe(true)
  expect((await journal.execute(message, context)).ok).toBe(true)
  expect(await stored()).toEqual([
    'AgentSpawnRequested',
    'SessionClaimed',
    'OperatorMessageInjected',
    'AgentPauseRequested',
  ])
})

test('a command that waited past its deadline is not begun', async () => {
  const journal = new Journal(store, sessionId)
  await journal.execute(spawn, commandContext())
  await expect(journal.execute(pause, commandContext(), performance.now() - 1)).rejects.toThrow(StoreUnavailableError)
  expect(await stored()).toEqual(['AgentSpawnRequested', 'SessionClaimed'])
})

test('an event that a subscription brings is taken in once, with those before it', async () => {
  const journal = new Journal(store, sessionId)
  await journal.execute(spawn, commandContext())
  const other = new Journal(store, sessionId)
  const brought: Observed[] = []
  other.onEvent((event) => brought.push(event))
  await other.execute(inject('one'), commandContext())
  await other.execute(inject('two'), commandContext())

  const seen: number[] = []
  journal.onEvent(({ revision }) => seen.push(revision))
  await journal.absorb(brought.at(-1)!)
  await journal.absorb(brought.at(-2)!)
  expect(seen).toEqual([2, 3])
})

test('a command was refused from what a journal remembered, though others had written since', async () => {
  const journal = new Journal(store, sessionId)
  await journal.execute(spawn, commandContext())
  const other = new Journal(store, sessionId)
  await other.execute(pause, commandContext())
  expect((await journal.execute({ type: 'ResumeAgent' }, commandContext())).ok).toBe(true)
})

test('a command was answered as done from what a journal remembered, though it was undone since', async () => {
  const journal = new Journal(store, sessionId)
  await journal.execute(spawn, commandContext())
  await journal.execute(pause, commandContext())
  await journal.execute({ type: 'ResumeAgent' }, commandContext())
  const other = new Journal(store, sessionId)
  await other.execute({ type: 'ConfirmResume', epoch: 1 }, commandContext())
  await other.execute(pause, commandContext())
  const resumed = await journal.execute({ type: 'ResumeAgent' }, commandContext())
  expect(resumed).toMatchObject({ ok: true, value: { events: [{ type: 'AgentResumeRequested' }] } })
})

test('two workers that began the same attempt at the same moment both took it for theirs', async () => {
  const [one, other] = [new Journal(store, sessionId), new Journal(store, sessionId)]
  await Promise.all([one.catchUp(), other.catchUp()])
  const context = commandContext()
  const begun = await Promise.all([
    one.execute(spawn, context),
    other.execute({ ...spawn, ownerId: '01890000-0000-7000-8000-0000000000b2' }, context),
  ])
  expect(begun.map(({ ok }) => ok)).toEqual([true, true])
  expect(await stored()).toEqual(['AgentSpawnRequested', 'SessionClaimed'])
  expect(one.session).toEqual(other.session)
})
