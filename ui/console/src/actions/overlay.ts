import { createSignal } from 'solid-js'

/** What lies over the page. One at a time. */
export type Overlay =
  | { kind: 'kill'; sessionId: string }
  | { kind: 'terminate'; sessionId: string }
  | { kind: 'kill-all' }
  | { kind: 'spawn' }
  | { kind: 'palette' }
  | { kind: 'shortcuts' }

const [overlay, setOverlay] = createSignal<Overlay | null>(null)

export { overlay }
export const open = (next: Overlay): void => void setOverlay(next)
export const closeOverlay = (): void => void setOverlay(null)
