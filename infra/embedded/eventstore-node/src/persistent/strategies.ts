import type { Consumer } from './consumer.ts'
import { correlationOf, streamOf } from './keys.ts'
import type { Message } from './message.ts'
import { pinned } from './pinned.ts'

/** `full`: no consumer takes anything now. `later`: this one must wait, others need not. */
export type Choice = Consumer | 'full' | 'later'

/** Decides which consumer gets an event; who is chosen gets it. */
export interface Strategy {
  add(consumer: Consumer): void
  remove(consumer: Consumer): void
  choose(message: Message): Choice
  /** The consumer has answered for the event, or lost it. */
  settled?(consumer: Consumer, message: Message): void
}

/** Who comes to the head of the queue and has no room goes to its end, as does who was served when `rotates`. */
function queue(rotates: boolean): Strategy {
  const consumers: Consumer[] = []
  const toEnd = () => consumers.push(consumers.shift()!)
  return {
    add: (consumer) => consumers.push(consumer),
    remove: (consumer) => consumers.splice(consumers.indexOf(consumer), 1),
    choose: () => {
      for (let tried = 0; tried < consumers.length; tried++) {
        const first = consumers[0]!
        const free = first.availableSlots > 0
        if (rotates || !free) toEnd()
        if (free) return first
      }
      return 'full'
    },
  }
}

const STRATEGIES: Record<string, () => Strategy> = {
  RoundRobin: () => queue(true),
  DispatchToSingle: () => queue(false),
  Pinned: () => pinned(streamOf),
  PinnedByCorrelation: () => pinned(correlationOf),
}

export const isStrategy = (name: string): boolean => Object.hasOwn(STRATEGIES, name)
export const createStrategy = (name: string): Strategy => STRATEGIES[name]!()
