import { type EventStore, persistently, uuidv5 } from '@mosaic/event-store'
import { type KeyValue, type Messaging, MessagingUnavailableError, RevisionMovedError } from '@mosaic/messaging'
import { type Logger, persistently as repeatedly } from '@mosaic/runtime'
import { z } from 'zod'
import { position } from '@mosaic/contracts/kernel'
import type { Kept } from './running.ts'
import { packed, unpacked } from './packed.ts'

const checkpoint = z.object({
  position,
  /** The event that stands there: by it a log is told from another that was there before. */
  last: z.object({ streamId: z.string(), revision: z.int(), eventId: z.string() }),
  /** The folds that kept it, with their versions. */
  folds: z.string(),
  /** What each fold keeps, by its name; packed, where no earlier program has written it. */
  states: z.union([z.string(), z.record(z.string(), z.unknown())]),
})
type Stored = z.infer<typeof checkpoint>
export type Checkpoint = Pick<Stored, 'position' | 'last'> & { readonly states: Readonly<Record<string, unknown>> }

/** How far the last process came; `states` is null when its folds had other versions, so that only the mark is of use. */
export type Found = { readonly position: string; readonly states: Checkpoint['states'] | null }

/** A start does not wait longer than this for NATS: without it the log is read from its beginning. In milliseconds. */
const patienceMs = 3000

/**
 * Where the follower's last checkpoint is kept: in a bucket that may be lost, for all that is in it follows from the
 * log. It names the folds with their versions, so that none meets the state of another.
 */
export class Checkpoints {
  readonly #store: Pick<EventStore, 'readStream'>
  readonly #bucket: KeyValue
  readonly #key: string
  readonly #folds: string
  readonly #logger: Logger
  #isFailing = false
  /** Of what this process has kept last: unless another has come in between, it need not be read to go on from it. */
  #revision: number | undefined

  constructor(options: {
    store: Pick<EventStore, 'readStream'>
    bucket: KeyValue
    key: string
    folds: string
    logger: Logger
  }) {
    this.#store = options.store
    this.#bucket = options.bucket
    this.#key = options.key
    this.#folds = options.folds
    this.#logger = options.logger
  }

  /** The last one of this log, if there is any and it can be had. */
  async read(signal: AbortSignal): Promise<Found | undefined> {
    const found = await this.#find(signal)
    if (!found) return undefined
    if (await persistently(() => this.#isOfThisLog(found), signal)) {
      return { position: found.position, states: found.folds === this.#folds ? await statesOf(found) : null }
    }
    this.#logger.warn({ position: found.position }, 'the checkpoint is of another log')
    await this.#bucket.delete(this.#key).catch(() => undefined)
    return undefined
  }

  /** Keeps it, unless another process has come further. Answers false when it could not: the next start takes longer, no more. */
  async write(next: Checkpoint): Promise<boolean> {
    try {
      if (this.#revision === undefined) {
        const known = await this.#bucket.get(this.#key)
        const there = known && parse(known.value)
        if (there && BigInt(there.position) >= BigInt(next.position)) return this.#worked()
        this.#revision = known?.revision
      }
      const stored: Stored = { ...next, folds: this.#folds, states: await packed(next.states) }
      this.#revision = await this.#bucket.put(this.#key, JSON.stringify(stored), this.#revision)
      return this.#worked()
    } catch (error) {
      this.#revision = undefined
      // Where another process was faster, there is one. All else once for as long as it lasts: it is tried again soon.
      const isNews = !(error instanceof RevisionMovedError) && !this.#isFailing
      const level = isNews ? 'warn' : 'debug'
      this.#logger[level]({ err: error, position: next.position }, 'the checkpoint was not kept: a start takes longer')
      this.#isFailing ||= isNews
      return false
    }
  }

  #worked(): true {
    if (this.#isFailing) this.#logger.info('checkpoints are kept again')
    this.#isFailing = false
    return true
  }

  async #find(signal: AbortSignal): Promise<Stored | undefined> {
    try {
      const found = await repeatedly(() => this.#bucket.get(this.#key), {
        firstMs: 20,
        longestMs: 200,
        signal: AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]),
        isPassing: (error) => error instanceof MessagingUnavailableError,
      })
      return found ? parse(found.value) : undefined
    } catch (error) {
      signal.throwIfAborted()
      this.#logger.warn({ err: error }, 'NATS is away: the log is read from its beginning')
      return undefined
    }
  }

  async #isOfThisLog({ last }: Pick<Stored, 'last'>): Promise<boolean> {
    for await (const item of this.#store.readStream(last.streamId, { from: last.revision, limit: 1 })) {
      return (item.kind === 'event' ? item.event : item.record).id === last.eventId
    }
    return false
  }
}

type Engines = { readonly store: EventStore; readonly messaging: Messaging; readonly logger: Logger }

/** Where the checkpoints of all this are kept; `key` names whose they are: an instance's, and which of its processes'. */
export function checkpointsOf({ store, messaging, logger }: Engines, key: string, all: readonly Kept[]): Checkpoints {
  const folds = all.map(({ name, version }) => `${name}@${version}`).join(',')
  return new Checkpoints({ store, bucket: messaging.keyValue('reactions'), key: uuidv5(key), folds, logger })
}

/** `null` where they cannot be read: then only the mark is of use. */
async function statesOf({ states }: Stored): Promise<Checkpoint['states'] | null> {
  return typeof states === 'string' ? await unpacked(states) : states
}

function parse(text: string): Stored | undefined {
  try {
    return checkpoint.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}
