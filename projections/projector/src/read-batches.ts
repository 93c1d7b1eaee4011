import type { ReadItem } from '@mosaic/event-store'
import { type Batch, batchOf } from './batch.ts'
import type { Log } from './log.ts'
import { isAfter, type Position, positionOf } from './position.ts'

export type Range = {
  readonly after: Position
  /** The last position wanted; the log's end as it is when reading gets there if left out. */
  readonly through?: string
  readonly size: number
  readonly signal: AbortSignal
}

/** The log from a position on, in batches. The next batch is read while the last one is worked on. */
export async function* readBatches(store: Pick<Log, 'readAll'>, range: Range): AsyncGenerator<Batch> {
  const batches = readOneByOne(store, range)
  let next = batches.next()
  // A failure is met when the batch is asked for, not while another one is being written.
  next.catch(() => undefined)
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = batches.next()
      next.catch(() => undefined)
      yield value
    }
  } finally {
    void batches.return(undefined).catch(() => undefined)
  }
}

async function* readOneByOne(
  store: Pick<Log, 'readAll'>,
  { after, through, size, signal }: Range,
): AsyncGenerator<Batch, void> {
  let last = after
  let items: ReadItem[] = []
  for await (const item of store.readAll({ after })) {
    signal.throwIfAborted()
    if (through !== undefined && isAfter(positionOf(item), through)) break
    items.push(item)
    if (items.length < size) continue
    const batch = batchOf(last, items)
    yield batch
    last = batch.through
    items = []
  }
  if (items.length > 0) yield batchOf(last, items)
}
