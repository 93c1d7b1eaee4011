import { createPreference } from '../ui/preference.ts'
import { open, overlay } from './overlay.ts'

export const shortcuts = [
  { keys: ['j'], does: 'Select the next agent' },
  { keys: ['k'], does: 'Select the previous agent' },
  { keys: ['Enter'], does: 'Open the selected agent' },
  { keys: ['b'], does: 'Barge in on the selected agent' },
  { keys: ['p'], does: 'Pause or resume the selected agent' },
  { keys: ['x'], does: 'Kill the selected agent' },
  { keys: ['/'], does: 'Filter the roster' },
  { keys: ['n'], does: 'Spawn an agent' },
  { keys: ['a'], does: 'Open the audit log' },
  { keys: ['r'], does: 'Show or hide the roster' },
  { keys: ['?'], does: 'List the shortcuts' },
] as const
export const alwaysOn = [
  { keys: ['⌘/Ctrl', 'K'], does: 'Open the command palette' },
  { keys: ['⌘/Ctrl', 'Enter'], does: 'Send what you wrote' },
  { keys: ['Esc'], does: 'Close what is open' },
] as const

export type ShortcutKey = (typeof shortcuts)[number]['keys'][0]

const [singleKeys, setSingleKeys] = createPreference('single-keys', ['on', 'off'])
export { setSingleKeys, singleKeys }

const handlers = new Map<ShortcutKey, () => void>([
  ['?', () => open({ kind: 'shortcuts' })],
  ['n', () => open({ kind: 'spawn' })],
  ['a', () => open({ kind: 'audit' })],
])

/** What a single key does while the caller is on the page. The answer takes it back. */
export function onKeys(keys: Partial<Record<ShortcutKey, () => void>>): () => void {
  const entries = Object.entries(keys) as [ShortcutKey, () => void][]
  for (const [key, handler] of entries) handlers.set(key, handler)
  return () => {
    for (const [key, handler] of entries) if (handlers.get(key) === handler) handlers.delete(key)
  }
}

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
  const handler = handlers.get(event.key as ShortcutKey)
  if (!handler || singleKeys() === 'off' || overlay() !== null || event.metaKey || event.ctrlKey || event.altKey) return
  if (isWriting(event.target) || (event.key === 'Enter' && isActivated(event.target))) return
  event.preventDefault()
  handler()
}

const isWriting = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target.matches('input, textarea, select'))

// Enter on a button or link is that button's.
const isActivated = (target: EventTarget | null) =>
  target instanceof HTMLElement && target.closest('button, a, summary') !== null
