import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { StreamFrame } from '@mosaic/contracts/http'
import { connectEventStore, StoreUnavailableError } from '@mosaic/event-store'
import {
  appendForeign,
  commandContext,
  type ForeignEvent,
  freePort,
  messageRecorded,
  spawnRequested,
  startEventStore,
  startMessaging,
  startService,
} from '@mosaic/kit'
import { connectMessaging } from '@mosaic/messaging'
import { persistently } from '@mosaic/runtime'
import { startTestGateway } from './gateway.ts'

export type LiveStack = Awaited<ReturnType<typeof startLiveStack>>

/** Event store, NATS, relay and gateway, each of which a test may take away and bring back; and a writer of sessions. */
export async function startLiveStack() {
  const [storePort, natsPort] = [await freePort(), await freePort()]
  const data = mkdtempSync(join(tmpdir(), 'mosaic-live-'))
  const startStore = () => startEventStore({ data, port: storePort })
  const startNats = () => startMessaging({ port: natsPort })
  let [eventStore, nats] = await Promise.all([startStore(), startNats()])
  const env = { MOSAIC_EVENTSTORE_URL: eventStore.url, MOSAIC_NATS_URL: nats.url }
  const relay = await startService('services/relay', env)
  const gateway = await startTestGateway({ eventStoreUrl: eventStore.url, natsUrl: nats.url })
  const agents = connectMessaging({ url: nats.url, name: 'agents' })
  const writer = connectEventStore({ connectionString: eventStore.url, instanceId: 'test' })

  /** What a busy machine keeps the store from answering in time is sent again: the same command, which counts once. */
  const append = (sessionId: string, text: string) => {
    const events = [messageRecorded(sessionId, randomUUID(), text)]
    const options = { expectedRevision: 'any', context: commandContext() } as const
    return persistently(() => writer.append(`agentSession-${sessionId}`, events, options), {
      firstMs: 100,
      longestMs: 1000,
      signal: AbortSignal.timeout(60_000),
      isPassing: (error) => error instanceof StoreUnavailableError,
    })
  }
  return {
    gateway,
    relay,
    agents,
    append,
    /** An event of a known type without the data that it must have, as a bug or another version would write it. */
    appendUnreadable: (sessionId: string, event: Partial<ForeignEvent> = {}) =>
      appendForeign(eventStore.url, `agentSession-${sessionId}`, { type: 'MessageRecorded', data: null, ...event }),
    /** One event under one id in the streams of several sessions, as an import or a copy leaves it. */
    async appendToEach(sessionIds: readonly string[]): Promise<void> {
      const id = randomUUID()
      for (const sessionId of sessionIds) {
        const data = { sessionId, reason: null }
        await appendForeign(eventStore.url, `agentSession-${sessionId}`, { id, type: 'AgentPauseRequested', data })
      }
    },
    another: () => startTestGateway({ eventStoreUrl: eventStore.url, natsUrl: nats.url }),
    streamOf: (sessionId: string) => `${gateway.url}/api/mission-control/sessions/${sessionId}/stream`,
    async newSession(workspaceId = 'default'): Promise<string> {
      const sessionId = randomUUID()
      await writer.append(`agentSession-${sessionId}`, [spawnRequested(sessionId)], {
        expectedRevision: 'no-stream',
        context: commandContext({ workspaceId }),
      })
      return sessionId
    },
    /** Appends so many messages, several at once; `meanwhile` is told of each that begins. */
    async appendAll(sessionId: string, count: number, meanwhile: (begun: number) => void = () => {}): Promise<void> {
      let begun = 0
      const appendOn = async () => {
        while (begun < count) {
          begun++
          await append(sessionId, `message ${begun}`)
          meanwhile(begun)
        }
      }
      await Promise.all([appendOn(), appendOn(), appendOn(), appendOn()])
    },
    nats: {
      stop: () => nats.close(),
      /** Comes back with an empty disk: the relay fills it from the log. */
      start: async () => void (nats = await startNats()),
    },
    store: {
      stop: () => eventStore.close(),
      start: async () => void (eventStore = await startStore()),
    },
    async close() {
      await Promise.allSettled([gateway.close(), agents.close(), writer.close(), relay.stop('SIGKILL')])
      await Promise.allSettled([nats.close(), eventStore.close()])
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** The revisions from 0 to `last`. */
export const upTo = (last: number): number[] => Array.from({ length: last + 1 }, (_, revision) => revision)
export const isCaughtUp = ({ type }: StreamFrame): boolean => type === 'caught-up'
export const subscription = (sessionId: string, afterRevision?: number) => ({
  type: 'subscribe',
  id: sessionId,
  topic: { kind: 'session', sessionId, ...(afterRevision !== undefined && { afterRevision }) },
})
