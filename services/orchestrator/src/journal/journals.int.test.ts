import { connectEventStore, type EventStore } from '@mosaic/event-store'
import { commandContext, type Engine, spawnRequested, startEventStore } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Journal } from './journal.ts'
import { createJournals } from './journals.ts'

let engine: Engine
let store: EventStore

beforeAll(async () => {
  engine = await startEventStore()
  store = connectEventStore({ connectionString: engine.url, instanceId: 'test' })
})
afterAll(async () => {
  await store.close()
  await engine.close()
})

const unheard = { event: () => undefined, unreadable: () => undefined }
const ownerId = '01890000-0000-7000-8000-0000000000b1'

async function spawn(journal: Journal): Promise<void> {
  const first = spawnRequested(journal.sessionId)
  if (first.type !== 'AgentSpawnRequested') throw new Error('not a spawn')
  await journal.execute({ type: 'SpawnAgent', ownerId, spec: first.data, queued: null }, commandContext())
}
const fail = (journal: Journal) =>
  journal.execute({ type: 'FailAgent', epoch: 1, code: 'INTERNAL', message: 'broken' }, commandContext())

test('the journal of a session that gave back what it held was let go of, and opened a second time beside it', async () => {
  const journals = createJournals(store, unheard)
  const sessionId = crypto.randomUUID()
  await journals.use(sessionId, async (journal) => {
    await spawn(journal)
    await fail(journal)
    journals.letGo(sessionId)
    expect(await journals.use(sessionId, async (other) => other)).toBe(journal)
    expect(journals.held(sessionId)).toBe(journal)
  })
  expect(journals.held(sessionId)).toBeUndefined()
})

test('the journal of a session that never came to be stayed in memory', async () => {
  const journals = createJournals(store, unheard)
  const sessionId = crypto.randomUUID()
  await expect(journals.use(sessionId, () => Promise.reject(new Error('no such repository')))).rejects.toThrow()
  expect(journals.held(sessionId)).toBeUndefined()
})

test('one journal serves all who ask at the same time, and stays while its session is alive', async () => {
  const told: number[] = []
  const journals = createJournals(store, { ...unheard, event: ({ revision }) => told.push(revision) })
  const sessionId = crypto.randomUUID()
  const [first, second] = await Promise.all([1, 2].map(() => journals.use(sessionId, async (journal) => journal)))
  expect(first).toBe(second)
  await journals.use(sessionId, (journal) => spawn(journal))
  expect(journals.held(sessionId)?.revision).toBe(1)
  expect(told).toEqual([0, 1])
})
