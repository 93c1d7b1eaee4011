import type { Consumer } from './consumer.ts'
import type { Message } from './message.ts'
import type { Strategy } from './strategies.ts'

const BUCKETS = 1024

/** FNV-1a; what has the same key is in the same bucket, what has another rarely. */
function bucketOf(key: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % BUCKETS
}

interface Bucket {
  owner: Consumer
  inFlight: number
}

/** What has the same key goes to the same consumer, for as long as that one stays and no newcomer takes it over. */
export function pinned(keyOf: (message: Message) => string | undefined): Strategy {
  const consumers: Consumer[] = []
  const buckets: (Bucket | undefined)[] = Array.from({ length: BUCKETS })
  /** Who waits is asked for again with every answer that comes in: its key is looked up once. */
  const places = new WeakMap<object, number | undefined>()
  const placeOf = (message: Message): number | undefined => {
    if (places.has(message.event)) return places.get(message.event)
    const key = keyOf(message)
    const place = key === undefined ? undefined : bucketOf(key)
    places.set(message.event, place)
    return place
  }
  const owned = (consumer: Consumer) => buckets.flatMap((bucket) => (bucket?.owner === consumer ? bucket : []))

  const leastBusy = (): Consumer => {
    const shares = consumers.map((consumer) => ({ consumer, share: owned(consumer).length }))
    return shares.reduce((least, other) => (other.share < least.share ? other : least)).consumer
  }

  /** Takes over what the others have above the average, idle buckets first. */
  const balance = (newcomer: Consumer) => {
    const average = Math.ceil(buckets.filter(Boolean).length / consumers.length)
    for (const consumer of consumers) {
      if (consumer === newcomer) continue
      const idleFirst = owned(consumer).toSorted((a, b) => a.inFlight - b.inFlight)
      for (const bucket of idleFirst.slice(0, Math.max(0, idleFirst.length - average))) bucket.owner = newcomer
    }
  }

  return {
    add: (consumer) => {
      consumers.push(consumer)
      balance(consumer)
    },
    remove: (consumer) => {
      consumers.splice(consumers.indexOf(consumer), 1)
      for (const [at, bucket] of buckets.entries()) if (bucket?.owner === consumer) buckets[at] = undefined
    },
    choose: (message) => {
      if (!consumers.some(({ bufferSize, inFlight }) => bufferSize > inFlight.size)) return 'full'
      const place = placeOf(message)
      if (place === undefined) return 'full'
      const bucket = (buckets[place] ??= { owner: leastBusy(), inFlight: 0 })
      if (bucket.owner.availableSlots <= 0) return 'later'
      bucket.inFlight++
      return bucket.owner
    },
    settled: (consumer, message) => {
      const place = placeOf(message)
      const bucket = place === undefined ? undefined : buckets[place]
      if (bucket?.owner === consumer) bucket.inFlight--
    },
  }
}
