import { emptyLiveConversation, followConversation, type LiveConnection, type LiveConversation } from '@mosaic/client'
import { onCleanup } from 'solid-js'
import { createStore, produce } from 'solid-js/store'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { perFrame } from './per-frame.ts'

/** One session's conversation, live, as signals of the page. */
export function createConversation(live: LiveConnection, sessionId: string) {
  const [state, setState] = createStore<LiveConversation>(emptyLiveConversation())
  const { reload, loadOlder, forgetOld, close } = followConversation({
    client: gateway,
    live,
    sessionId,
    state: { get: () => state, change: (edit) => setState(produce(edit)) },
    // A fast model sends more deltas than a screen has frames.
    batch: perFrame,
  })
  onCleanup(close)
  return {
    conversation: state.conversation,
    state: () => state.phase,
    failure: () => (state.failure === null ? null : sentenceOf(state.failure)),
    loadingOlder: () => state.loadingOlder,
    loadOlder,
    reload,
    forgetOld,
  }
}
export type ConversationStore = ReturnType<typeof createConversation>
