import type { LiveConnection } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import { addEvent, addLive, addPage, type Conversation, emptyConversation, oldestRevision, trim } from '@mosaic/views'
import { createSignal, onCleanup } from 'solid-js'
import { createStore, produce } from 'solid-js/store'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { perFrame } from './per-frame.ts'

const pageSize = 100
const keepAtMost = 2_000

/** One session's conversation: the newest page from the read model, then the log and what is being said, live. */
export function createConversation(live: LiveConnection, sessionId: string) {
  const [conversation, setConversation] = createStore<Conversation>(emptyConversation())
  const [state, setState] = createSignal<'loading' | 'ready' | 'failed'>('loading')
  const [failure, setFailure] = createSignal<string | null>(null)
  const [loadingOlder, setLoadingOlder] = createSignal(false)
  const change = (edit: (conversation: Conversation) => void) => setConversation(produce(edit))

  // A fast model sends more deltas than a screen has frames.
  const frames = perFrame<LiveFrame>((batch) => change((draft) => batch.forEach((frame) => addLive(draft, frame))))
  let unsubscribe = () => {}
  let disposed = false
  onCleanup(() => {
    disposed = true
    unsubscribe()
    frames.discard()
  })

  async function load(): Promise<void> {
    setState('loading')
    try {
      const page = await fetchBefore(sessionId)
      if (disposed) return
      change((draft) => addPage(draft, page))
      setFailure(null)
    } catch (error) {
      // Without the read model the log itself is still there: everything comes over the live stream.
      setFailure(sentenceOf(error))
    }
    if (!disposed) listen()
  }

  function listen(): void {
    unsubscribe()
    unsubscribe = live.subscribe(
      { kind: 'session', sessionId, afterRevision: conversation.revision },
      {
        event: (event) => {
          frames.flush()
          change((draft) => addEvent(draft, event))
        },
        live: (frame) => frames.add(frame),
        caughtUp: () => setState('ready'),
        problem: (problem) => {
          setFailure(problem.detail)
          setState('failed')
        },
      },
    )
    if (conversation.order.length > 0) setState('ready')
  }

  async function loadOlder(): Promise<void> {
    const before = oldestRevision(conversation)
    if (loadingOlder() || !conversation.hasOlder || before === null) return
    setLoadingOlder(true)
    try {
      const page = await fetchBefore(sessionId, before)
      change((draft) => addPage(draft, page))
    } catch (error) {
      setFailure(sentenceOf(error))
    } finally {
      setLoadingOlder(false)
    }
  }

  void load()
  return {
    conversation,
    state,
    failure,
    loadingOlder,
    loadOlder,
    reload: load,
    /** Called while the reader is at the end, where forgetting the beginning moves nothing. */
    forgetOld: () => change((draft) => trim(draft, keepAtMost)),
  }
}
export type ConversationStore = ReturnType<typeof createConversation>

/** The newest entries below a revision; without one the newest of all. */
const fetchBefore = (id: string, beforeRevision?: number) =>
  gateway.call(gatewayRoutes.messages, { params: { id }, query: { beforeRevision, limit: pageSize } })
