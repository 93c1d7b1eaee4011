import { currentTraceparent, inSpan, metrics } from '@mosaic/telemetry'
import type { EventStore, NewEvent } from './types.ts'

/**
 * An append that is measured, and part of the trace that is under way here or, where none is, of its command's. What is
 * written names the append's own span: what others do because of an event belongs to that.
 */
export const observedAppend =
  (append: EventStore['append']): EventStore['append'] =>
  (streamId, events, { expectedRevision, context }) => {
    const parent = currentTraceparent() ?? context.traceparent
    const attributes = { 'mosaic.events': events.length, 'mosaic.event.type': events[0]?.type ?? 'none' }
    return inSpan('append', { kind: 'producer', parent, attributes }, async (span) => {
      const traced = span ? { ...context, traceparent: span.traceparent } : context
      const measure = metrics.appends.startTimer()
      try {
        const appended = await append(streamId, events, { expectedRevision, context: traced })
        measure({ outcome: appended.ok ? 'written' : 'conflict' })
        if (appended.ok) count(events)
        return appended
      } catch (error) {
        measure({ outcome: 'unavailable' })
        throw error
      }
    })
  }

/** Batches are long and of few types. */
function count(events: readonly NewEvent[]): void {
  const numbers = new Map<string, number>()
  for (const { type } of events) numbers.set(type, (numbers.get(type) ?? 0) + 1)
  for (const [type, number] of numbers) metrics.events.inc({ type }, number)
}
