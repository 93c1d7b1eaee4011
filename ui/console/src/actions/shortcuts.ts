import { createPreference } from '../ui/preference.ts'
import { open, overlay } from './overlay.ts'
import { type Action, offeredActions } from './registry.ts'

const [singleKeys, setSingleKeys] = createPreference('single-keys', ['on', 'off'])
export { setSingleKeys, singleKeys }

/** So long `g` waits for the letter after it. */
const prefixMs = 1500
let prefixedAt = -Infinity

/** The action of the keys that were pressed: of the page rather than of the frame around it. */
export const actionOf = (pressed: readonly string[], actions: readonly Action[]): Action | undefined =>
  actions.findLast(({ keys }) => keys?.join(' ') === pressed.join(' '))

export function startShortcuts(): () => void {
  document.addEventListener('keydown', onKeyDown)
  return () => document.removeEventListener('keydown', onKeyDown)
}

function onKeyDown(event: KeyboardEvent): void {
  if (event.defaultPrevented) return
  if ((event.metaKey || event.ctrlKey) && event.key.toLowerCase() === 'k') {
    event.preventDefault()
    open({ kind: 'palette' })
    return
  }
  if (singleKeys() === 'off' || overlay() !== null || event.metaKey || event.ctrlKey || event.altKey) return
  if (isWriting(event.target) || (event.key === 'Enter' && isActivated(event.target))) return
  const prefixed = event.timeStamp - prefixedAt < prefixMs
  prefixedAt = event.key === 'g' && !prefixed ? event.timeStamp : -Infinity
  const action = actionOf(prefixed ? ['g', event.key] : [event.key], offeredActions())
  if (!action) return
  event.preventDefault()
  action.run()
}

const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))

// Enter on a button or link is that button's.
const isActivated = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('button, a, summary') !== null
