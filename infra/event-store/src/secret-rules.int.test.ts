import { randomUUID } from 'node:crypto'
import { agentSessionStream } from '@mosaic/contracts/agent-session'
import { secretRulesStream } from '@mosaic/contracts/secrets'
import { commandContext, type Engine, eventually, messageRecorded, startEventStore } from '@mosaic/kit'
import { PatternError } from '@mosaic/redaction'
import type { Logger } from '@mosaic/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectEventStore } from './connect.ts'
import type { EventStore, NewEvent } from './types.ts'

let engine: Engine
let stores: EventStore[]
beforeAll(async () => {
  engine = await startEventStore()
  stores = [1, 2].map(() => connectEventStore({ connectionString: engine.url, instanceId: 'test' }))
})
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()))
  await engine.close()
})

const secret = ['ours', '7Q2mZr81'].join('-')
const workspaceId = 'one'

async function said(store: EventStore, workspace: string): Promise<string> {
  const sessionId = randomUUID()
  const context = { ...commandContext(), workspaceId: workspace }
  const events = [messageRecorded(sessionId, randomUUID(), `it is ${secret}`)]
  const appended = await store.append(agentSessionStream.of(sessionId), events, { expectedRevision: 'any', context })
  return appended.ok ? JSON.stringify(appended.value.events) : ''
}

async function rule(event: NewEvent): Promise<void> {
  const context = { ...commandContext(), workspaceId }
  await stores[0]!.append(secretRulesStream.of(workspaceId), [event], { expectedRevision: 'any', context })
}

test('what one process is told of secrets counts for what every other one writes, in that workspace alone', async () => {
  const [one, other] = stores as [EventStore, EventStore]
  expect(await said(other, workspaceId)).toContain(secret)
  await rule({ type: 'SecretPatternAdded', data: { workspaceId, name: 'Ours', pattern: 'ours-[A-Za-z0-9]{8}' } })
  for (const store of [one, other])
    await eventually('it is covered', async () => (await said(store, workspaceId)).includes('[redacted: Ours]'))
  expect(await said(other, 'another')).toContain(secret)

  // Who comes later knows it before the first event.
  const late = connectEventStore({ connectionString: engine.url, instanceId: 'test' })
  expect(await said(late, workspaceId)).not.toContain(secret)
  await late.close()

  await rule({ type: 'SecretPatternRemoved', data: { workspaceId, name: 'Ours' } })
  await eventually('it is covered no more', async () => (await said(other, workspaceId)).includes(secret))
})

test('a pattern that this program cannot use covered nothing, and nobody was told', async () => {
  const told: unknown[] = []
  const logger = { error: (fault: object) => void told.push(fault) } as unknown as Logger
  await rule({ type: 'SecretPatternAdded', data: { workspaceId, name: 'Theirs', pattern: '(?<=theirs-)[a-z]{8}' } })
  const store = connectEventStore({ connectionString: engine.url, instanceId: 'test', logger })
  await said(store, workspaceId)
  expect(told).toEqual([{ workspaceId, pattern: 'Theirs', err: expect.any(PatternError) }])
  await store.close()
})
