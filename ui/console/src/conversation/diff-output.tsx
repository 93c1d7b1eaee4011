import { terminalPlain } from '@mosaic/client'
import { For } from 'solid-js'

/** A line's first character says what it is; colour says it once more. */
export const diffColour = (line: string): string => {
  if (/^(?:---|\+\+\+|@@) /.test(line)) return 'text-faint'
  if (line.startsWith('+')) return 'text-terminal-green'
  return line.startsWith('-') ? 'text-terminal-red' : ''
}

export function DiffOutput(props: { text: string }) {
  return (
    <For each={terminalPlain(props.text).split('\n')}>
      {(line) => <span class={`block min-h-[1lh] ${diffColour(line)}`}>{line}</span>}
    </For>
  )
}
