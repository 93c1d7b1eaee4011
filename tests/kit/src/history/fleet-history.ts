import { agentSessionStream } from '@mosaic/contracts/agent-session'
import type { Actor } from '@mosaic/contracts/kernel'
import type { MosaicEvent } from '@mosaic/contracts/messaging'
import type { ProjectedEvent } from '@mosaic/postgres'
import * as fc from 'fast-check'
import { spawnRequested } from '../builders.ts'
import { testLog } from '../test-log.ts'
import { idOf } from './drawn.ts'
import { hasMessage, type SessionStep, sessionStep } from './session-facts.ts'
import { type WorkStep, workStep } from './work-facts.ts'

/** The workspaces that a history tells of. */
export const historyWorkspaces = ['default', 'elsewhere'] as const

/** A log as it is being written, a step at a time. */
class History {
  readonly log = testLog()
  readonly #begun = new Set<string>()
  readonly #injected = new Map<number, string[]>()

  /** Whether nothing has been told of it before. */
  #isNew(streamId: string): boolean {
    if (this.#begun.has(streamId)) return false
    this.#begun.add(streamId)
    return true
  }

  session({ session, type, data }: SessionStep, at: number): void {
    const sessionId = idOf('a', session)
    const stream = agentSessionStream.of(sessionId)
    const over = whereAndBy(session, at, { kind: 'agent', id: sessionId })
    if (this.#isNew(stream)) {
      const parentSessionId = session >= 2 ? idOf('a', session - 2) : null
      this.log.add(stream, [spawnRequested(sessionId, { parentSessionId, name: `agent ${session}` })], over)
    }
    const messages = this.#injected.get(session) ?? []
    this.#injected.set(session, messages)
    const { target: about, ...rest } = data as { target?: number }
    const messageId = (about === undefined ? undefined : messages.at(-1 - about)) ?? idOf('b', at)
    if (type === 'OperatorMessageInjected') messages.push(messageId)
    const event = { type, data: { sessionId, ...rest, ...(hasMessage.has(type) && { messageId }) } }
    this.log.add(stream, [event as MosaicEvent], over)
  }

  work({ number, streamIn, beginning, fact }: WorkStep, at: number): void {
    const over = whereAndBy(number, at, { kind: 'system', id: 'coordinator' })
    const stream = streamIn(over.workspaceId)
    if (this.#isNew(stream) && beginning) this.log.add(stream, [beginning], over)
    this.log.add(stream, [fact], over)
  }
}

/** Of what is numbered every second is elsewhere; and every third fact is a person's doing. */
const whereAndBy = (number: number, at: number, other: Actor) => ({
  workspaceId: historyWorkspaces[number % historyWorkspaces.length]!,
  actor: at % 3 === 0 ? ({ kind: 'operator', id: 'local', name: 'Ada' } as const) : other,
})

const step = fc.oneof(
  { arbitrary: sessionStep.map((data) => ({ kind: 'session' as const, data })), weight: 2 },
  { arbitrary: workStep.map((data) => ({ kind: 'work' as const, data })), weight: 1 },
)

/**
 * Histories of a whole fleet, as a log may hold them: sessions of two workspaces side by side, some spawned by others,
 * between the tasks, missions, queues, budgets and freezes that they belong to; facts in any order, sensible or odd, ids
 * used again, ends without a beginning.
 */
export const fleetHistory: fc.Arbitrary<ProjectedEvent[]> = fc
  .array(step, { minLength: 1, maxLength: 90 })
  .map((steps) => {
    const history = new History()
    for (const [at, { kind, data }] of steps.entries()) {
      if (kind === 'session') history.session(data, at)
      else history.work(data, at)
    }
    return [...history.log.all]
  })
