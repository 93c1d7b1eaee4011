import { type Decider, ok } from '@mosaic/contracts/kernel'
import type { QueueEvent } from '@mosaic/contracts/queue'

/** A workspace's queue: whether anything is dispatched from it. */
export type Queue = { readonly isPaused: boolean }

export type QueueCommand =
  | { readonly type: 'PauseQueue'; readonly reason: string | null }
  | { readonly type: 'ResumeQueue' }

export const queue: Decider<Queue, QueueCommand, QueueEvent, never> = {
  initialState: { isPaused: false },
  decide(command, { isPaused }) {
    switch (command.type) {
      case 'PauseQueue':
        return ok(isPaused ? [] : [{ type: 'QueuePaused', data: { reason: command.reason } }])
      case 'ResumeQueue':
        return ok(isPaused ? [{ type: 'QueueResumed', data: {} }] : [])
    }
  },
  evolve: (_, { type }) => ({ isPaused: type === 'QueuePaused' }),
}
