import { gatewayRoutes } from '@mosaic/contracts/http'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import { addEvent, addLive, addPage, type Conversation, emptyConversation, oldestRevision, trim } from '@mosaic/views'
import type { Client } from '../client.ts'
import type { LiveConnection } from '../live/connection.ts'
import type { Holder } from './holder.ts'

const pageSize = 100
const keepAtMost = 2_000

export type LiveConversation = {
  conversation: Conversation
  phase: 'loading' | 'ready' | 'failed'
  /** Why there is less than there should be; null when all is well. */
  failure: unknown
  loadingOlder: boolean
}

export const emptyLiveConversation = (): LiveConversation => ({
  conversation: emptyConversation(),
  phase: 'loading',
  failure: null,
  loadingOlder: false,
})

/** Collects what a fast model says and hands it on together, as often as a surface can show it. */
export type Batch = (handle: (frames: readonly LiveFrame[]) => void) => {
  add(frame: LiveFrame): void
  flush(): void
  discard(): void
}

const atOnce: Batch = (handle) => ({ add: (frame) => handle([frame]), flush: () => {}, discard: () => {} })

export type ConversationOptions = {
  readonly client: Client
  readonly live: LiveConnection
  readonly sessionId: string
  readonly state: Holder<LiveConversation>
  readonly batch?: Batch
}

/** Keeps one session's conversation: the newest page of the read model, then the log and what is being said, live. */
export function followConversation({ client, live, sessionId, state, batch = atOnce }: ConversationOptions) {
  const frames = batch((several) => edit((conversation) => several.forEach((frame) => addLive(conversation, frame))))
  let unsubscribe = () => {}
  let closed = false

  const set = (part: Partial<LiveConversation>) => state.change((current) => void Object.assign(current, part))
  const edit = (change: (conversation: Conversation) => void) =>
    state.change(({ conversation }) => change(conversation))
  const pageBefore = (beforeRevision?: number) =>
    client.call(gatewayRoutes.messages, { params: { id: sessionId }, query: { beforeRevision, limit: pageSize } })

  async function reload(): Promise<void> {
    set({ phase: 'loading' })
    try {
      const page = await pageBefore()
      if (closed) return
      edit((conversation) => addPage(conversation, page))
      set({ failure: null })
    } catch (failure) {
      // Without the read model the log itself is still there: everything comes over the live stream.
      set({ failure })
    }
    if (!closed) listen()
  }

  function listen(): void {
    unsubscribe()
    const { revision, order } = state.get().conversation
    unsubscribe = live.subscribe(
      { kind: 'session', sessionId, afterRevision: revision },
      {
        event: (event) => {
          frames.flush()
          edit((conversation) => addEvent(conversation, event))
        },
        live: (frame) => frames.add(frame),
        caughtUp: () => set({ phase: 'ready' }),
        problem: ({ detail }) => set({ failure: new Error(detail), phase: 'failed' }),
      },
    )
    if (order.length > 0) set({ phase: 'ready' })
  }

  async function loadOlder(): Promise<void> {
    const { conversation, loadingOlder } = state.get()
    const before = oldestRevision(conversation)
    if (loadingOlder || !conversation.hasOlder || before === null) return
    set({ loadingOlder: true })
    try {
      const page = await pageBefore(before)
      edit((draft) => addPage(draft, page))
    } catch (failure) {
      set({ failure })
    } finally {
      set({ loadingOlder: false })
    }
  }

  void reload()
  return {
    reload,
    loadOlder,
    /** Called while the reader is at the end, where forgetting the beginning moves nothing. */
    forgetOld: () => edit((conversation) => trim(conversation, keepAtMost)),
    close() {
      closed = true
      unsubscribe()
      frames.discard()
    },
  }
}
