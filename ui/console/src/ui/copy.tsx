import Check from 'lucide-solid/icons/check'
import Copy from 'lucide-solid/icons/copy'
import { createSignal, onCleanup, Show } from 'solid-js'
import { IconButton } from './button.tsx'
import { notify } from './toast.tsx'

const shownMs = 1500

export async function copyText(text: string, what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    notify(`Could not copy ${what}`, text, 'failure')
    return false
  }
}

export function CopyButton(props: { text: string; what: string }) {
  const [copied, setCopied] = createSignal(false)
  let timer = 0
  onCleanup(() => clearTimeout(timer))
  const copy = async () => {
    if (!(await copyText(props.text, props.what))) return
    setCopied(true)
    timer = window.setTimeout(() => setCopied(false), shownMs)
  }
  return (
    <IconButton
      label={`Copy ${props.what}`}
      tip={copied() ? 'Copied' : `Copy ${props.what}`}
      onClick={() => void copy()}
    >
      <Show when={copied()} fallback={<Copy size={14} />}>
        <Check size={14} class="text-ink" />
      </Show>
    </IconButton>
  )
}

/** A command line to take along. */
export function Command(props: { command: string; what: string }) {
  return (
    <div class="flex items-center gap-2 rounded-sm border border-line bg-raised py-1 pr-1 pl-3">
      <code class="min-w-0 flex-1 overflow-x-auto font-mono text-xs whitespace-nowrap text-ink" tabindex="0">
        {props.command}
      </code>
      <CopyButton text={props.command} what={props.what} />
    </div>
  )
}
