import { createSignal } from 'solid-js'

/** How the page that is open shows an agent and speaks to it. */
export type PageActions = {
  show?: (sessionId: string) => void
  bargeIn?: (sessionId: string) => void
}

const [pageActions, set] = createSignal<PageActions>({})
export { pageActions }

/** What the page that is open adds to the palette. The answer takes it back. */
export function setPageActions(actions: PageActions): () => void {
  set(actions)
  return () => void (pageActions() === actions && set({}))
}
