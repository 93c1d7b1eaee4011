import { type TerminalColour, terminalSpans, type TerminalStyle } from '@mosaic/client'
import { createMemo, For } from 'solid-js'

const colours: Record<TerminalColour, string> = {
  red: 'text-terminal-red',
  yellow: 'text-terminal-yellow',
  green: 'text-terminal-green',
  cyan: 'text-terminal-cyan',
  blue: 'text-terminal-blue',
  magenta: 'text-terminal-magenta',
}

const classOf = ({ colour, bold, italic, underlined }: TerminalStyle): string =>
  [colour && colours[colour], bold && 'font-semibold', italic && 'italic', underlined && 'underline']
    .filter(Boolean)
    .join(' ')

/** What a program wrote for a terminal: with its colours, and without anything else that a terminal would obey. */
export function TerminalOutput(props: { text: string }) {
  const spans = createMemo(() => terminalSpans(props.text))
  return <For each={spans()}>{(span) => <span class={classOf(span)}>{span.text}</span>}</For>
}
