import { createStore } from 'solid-js/store'

const [drafts, setDrafts] = createStore<Record<string, string>>({})

/** What was being written to an agent and is not sent: it outlasts closing the field and going to another page. */
export const draftOf = (sessionId: string): string => drafts[sessionId] ?? ''
export const hasDraft = (sessionId: string): boolean => draftOf(sessionId).trim() !== ''
export const setDraft = (sessionId: string, text: string): void => setDrafts(sessionId, text)
