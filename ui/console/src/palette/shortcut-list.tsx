import { For } from 'solid-js'
import { offeredActions } from '../actions/registry.ts'
import { actionOf, setSingleKeys, singleKeys } from '../actions/shortcuts.ts'
import { Dialog, DialogBody } from '../ui/dialog.tsx'

const alwaysOn = [
  { keys: ['⌘/Ctrl', 'K'], name: 'Open the command palette' },
  { keys: ['⌘/Ctrl', 'Enter'], name: 'Send what you wrote' },
  { keys: ['Esc'], name: 'Close what is open; what you wrote to an agent is kept' },
] as const

/** The keys that do something on the page that is open. */
export default function ShortcutList(props: { onClose: () => void }) {
  const shortcuts = () => {
    const actions = offeredActions()
    return actions.flatMap((action) =>
      action.keys && actionOf(action.keys, actions) === action ? [{ keys: action.keys, name: action.name }] : [],
    )
  }
  return (
    <Dialog title="Keyboard shortcuts" onClose={props.onClose}>
      <DialogBody>
        <label class="mb-3 flex items-center gap-2">
          <input
            type="checkbox"
            class="size-3.5 accent-accent-solid"
            checked={singleKeys() === 'on'}
            onChange={(event) => setSingleKeys(event.currentTarget.checked ? 'on' : 'off')}
          />
          Single keys
          <span class="text-xs text-faint">off for speech input, or to be safe from a stray key</span>
        </label>
        <Keys of={shortcuts()} dim={singleKeys() === 'off'} />
        <h3 class="mt-4 mb-1 text-xs font-medium text-muted">Always</h3>
        <Keys of={alwaysOn} dim={false} />
      </DialogBody>
    </Dialog>
  )
}

function Keys(props: { of: readonly { keys: readonly string[]; name: string }[]; dim: boolean }) {
  return (
    <ul classList={{ 'opacity-50': props.dim }}>
      <For each={props.of}>
        {({ keys, name }) => (
          <li class="flex h-7 items-center gap-1 border-line not-first:border-t">
            <span class="flex-1">{name}</span>
            <For each={keys}>{(key) => <kbd>{key}</kbd>}</For>
          </li>
        )}
      </For>
    </ul>
  )
}
