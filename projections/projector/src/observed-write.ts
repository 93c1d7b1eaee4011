import type { ReadItem } from '@mosaic/event-store'
import { isTracing, metrics, openSpan, type Span } from '@mosaic/telemetry'
import type { Batch } from './batch.ts'

/**
 * Counts what a live projection has taken in and, where spans are wanted, makes the batch a part of every trace that
 * its events belong to: one span for each, however many events.
 */
export async function observedWrite(projection: string, batch: Batch, write: () => Promise<string>): Promise<string> {
  const spans = isTracing() ? spansOf(projection, batch.items) : []
  try {
    const through = await write()
    metrics.projected.inc({ projection }, batch.items.length)
    return through
  } catch (error) {
    for (const span of spans) span.fail(error instanceof Error ? error.name : 'unknown')
    throw error
  } finally {
    for (const span of spans) span.end()
  }
}

function spansOf(projection: string, items: readonly ReadItem[]): Span[] {
  const traces = Map.groupBy(items.flatMap(traceparentOf), (traceparent) => traceparent.split('-')[1])
  return [...traces.values()].flatMap(([parent, ...others]) => {
    const attributes = { 'mosaic.projection': projection, 'mosaic.events': 1 + others.length }
    return openSpan('project', { kind: 'consumer', parent, attributes }) ?? []
  })
}

const traceparentOf = (item: ReadItem): string[] => {
  const traceparent = item.kind === 'event' ? item.event.metadata.traceparent : undefined
  return traceparent === undefined ? [] : [traceparent]
}
