import { recordNames, viewRecord } from '../wire/record.ts'
import type { Consumer } from './consumer.ts'
import { type Message, subject } from './message.ts'

/** `full`: no consumer takes anything now. `later`: this one must wait, others need not. */
export type Choice = Consumer | 'full' | 'later'

/** Decides which consumer gets an event. */
export interface Strategy {
  add(consumer: Consumer): void
  remove(consumer: Consumer): void
  choose(message: Message): Choice
}

const free = (consumer: Consumer) => consumer.availableSlots > 0

function roundRobin(): Strategy {
  const consumers: Consumer[] = []
  return {
    add: (consumer) => consumers.push(consumer),
    remove: (consumer) => consumers.splice(consumers.indexOf(consumer), 1),
    choose: () => {
      const at = consumers.findIndex(free)
      if (at < 0) return 'full'
      const [chosen] = consumers.splice(at, 1)
      consumers.push(chosen!)
      return chosen!
    },
  }
}

/** Everything to the first consumer, as long as it has room. */
function dispatchToSingle(): Strategy {
  const consumers: Consumer[] = []
  return {
    add: (consumer) => consumers.push(consumer),
    remove: (consumer) => consumers.splice(consumers.indexOf(consumer), 1),
    choose: () => consumers.find(free) ?? 'full',
  }
}

const BUCKETS = 1024

function bucketOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % BUCKETS
}

/** What has the same key goes to the same consumer, for as long as that one stays. */
function pinned(keyOf: (message: Message) => string): Strategy {
  const owned = new Map<Consumer, Set<number>>()
  const owner = new Map<number, Consumer>()
  const assign = (bucket: number, consumer: Consumer) => {
    owned.get(owner.get(bucket)!)?.delete(bucket)
    owned.get(consumer)!.add(bucket)
    owner.set(bucket, consumer)
  }
  const byLoad = () => [...owned].toSorted(([, a], [, b]) => a.size - b.size)
  return {
    add: (consumer) => {
      owned.set(consumer, new Set())
      const share = Math.floor(owner.size / owned.size)
      for (let i = 0; i < share; i++) {
        const [, richest] = byLoad().at(-1)!
        assign([...richest][0]!, consumer)
      }
    },
    remove: (consumer) => {
      for (const bucket of owned.get(consumer) ?? []) owner.delete(bucket)
      owned.delete(consumer)
    },
    choose: (message) => {
      if (![...owned.keys()].some(free)) return 'full'
      const bucket = bucketOf(keyOf(message))
      if (!owner.has(bucket)) assign(bucket, byLoad()[0]![0])
      const consumer = owner.get(bucket)!
      return free(consumer) ? consumer : 'later'
    },
  }
}

const streamOf = (message: Message): string => recordNames(subject(message).record).stream

function correlationOf(message: Message): string {
  const view = viewRecord(subject(message).record)
  try {
    const metadata: unknown = JSON.parse(Buffer.from(view.metadata ?? []).toString('utf8'))
    const id = (metadata as Record<string, unknown> | null)?.['$correlationId']
    return typeof id === 'string' ? id : view.stream
  } catch {
    return view.stream
  }
}

const STRATEGIES: Record<string, () => Strategy> = {
  RoundRobin: roundRobin,
  DispatchToSingle: dispatchToSingle,
  Pinned: () => pinned(streamOf),
  PinnedByCorrelation: () => pinned(correlationOf),
}

export const STRATEGY_NAMES: readonly string[] = Object.keys(STRATEGIES)
export const createStrategy = (name: string): Strategy => (STRATEGIES[name] ?? roundRobin)()
