import { createSignal } from 'solid-js'

export type PageActions = {
  show?: (sessionId: string) => void
  bargeIn?: (sessionId: string) => void
  others: readonly { name: string; key?: string; run: () => void }[]
}

const [pageActions, set] = createSignal<PageActions>({ others: [] })
export { pageActions }

/** What the page that is open adds to the palette. The answer takes it back. */
export function setPageActions(actions: PageActions): () => void {
  set(actions)
  return () => void (pageActions() === actions && set({ others: [] }))
}
