import { systemClock } from '@mosaic/contracts/kernel'
import { createMemo, For, Index, type JSX, Match, Show, Switch } from 'solid-js'
import type { DraftEntry, MessageEntry } from '@mosaic/views'
import { EventLink } from './event-link.tsx'
import { MarkdownView } from './markdown-view.tsx'
import { Delivery } from './delivery.tsx'

type Block = { type: 'text' | 'thinking' | 'tool_use'; text: string }
type Props = {
  entry: MessageEntry | DraftEntry
  agentName: string
  onOpenEvent: ((position: string) => void) | undefined
}

const frames = {
  agent: '',
  operator: 'rounded-sm border border-accent/40 bg-accent-soft px-2.5 py-1.5',
  user: 'rounded-sm border border-line bg-raised px-2.5 py-1.5 text-muted',
  system: '',
} as const

export function MessageRow(props: Props) {
  const streaming = () => props.entry.kind === 'draft'
  const recorded = () => (props.entry.kind === 'message' ? props.entry : null)
  const blocks = createMemo(() => blocksOf(props.entry))
  // A message that only calls a tool says nothing itself: the call is a row of its own.
  const silent = () => !streaming() && blocks().length === 0
  return (
    <article
      class="group relative px-3 py-1.5"
      classList={{ 'animate-enter': isFresh(props.entry), 'h-0 overflow-hidden !p-0': silent() }}
      data-role={props.entry.role}
      aria-label={`${props.entry.role === 'agent' ? props.agentName : props.entry.role} message`}
    >
      <div class={frames[props.entry.role]}>
        <MessageHead entry={props.entry} />
        <Show
          when={props.entry.role !== 'system'}
          fallback={
            <Folded title="System prompt · show">
              <For each={blocks()}>{({ text }) => <MarkdownView text={text} />}</For>
            </Folded>
          }
        >
          <Index each={blocks()}>
            {(block, index) => <ContentView block={block()} streaming={streaming() && index === blocks().length - 1} />}
          </Index>
        </Show>
        <Show when={streaming() && blocks().length === 0}>
          <p class="caret text-faint">Thinking</p>
        </Show>
      </div>
      <Show when={recorded()}>
        {(message) => <EventLink at={message().occurredAt} position={message().position} onOpen={props.onOpenEvent} />}
      </Show>
    </article>
  )
}

function MessageHead(props: { entry: MessageEntry | DraftEntry }) {
  const operator = () => {
    const { entry } = props
    return entry.kind === 'message' && entry.operator ? { sessionId: entry.sessionId, ...entry.operator } : null
  }
  return (
    <Switch>
      <Match when={operator()}>
        {(said) => (
          <p class="mb-0.5 flex flex-wrap items-baseline justify-between gap-x-3 text-xs">
            <span class="font-semibold text-accent-ink">[OPERATOR] {said().name}</span>
            <Delivery {...said()} />
          </p>
        )}
      </Match>
      <Match when={props.entry.role === 'user'}>
        <p class="mb-0.5 text-xs font-semibold text-faint">Task</p>
      </Match>
    </Switch>
  )
}

function ContentView(props: { block: Block; streaming: boolean }) {
  return (
    <Switch>
      <Match when={props.block.type === 'text'}>
        <MarkdownView text={props.block.text} streaming={props.streaming} />
      </Match>
      <Match when={props.block.type === 'thinking'}>
        <Folded title={props.streaming ? 'Reasoning' : 'Reasoning · show'} streaming={props.streaming}>
          <div class="whitespace-pre-wrap">{props.block.text}</div>
        </Folded>
      </Match>
      <Match when={props.block.type === 'tool_use'}>
        <p class="text-xs text-faint">
          Calling <code class="caret font-mono text-muted">{props.block.text}</code>
        </p>
      </Match>
    </Switch>
  )
}

/** What is there for whoever wants to know, and out of the way for everyone else. */
function Folded(props: { title: string; streaming?: boolean; children: JSX.Element }) {
  return (
    <details class="text-xs text-faint">
      <summary class="inline-flex min-h-6 list-none items-center hover:text-ink" classList={{ caret: props.streaming }}>
        {props.title}
      </summary>
      <div class="border-l-2 border-line pb-1 pl-2.5 break-words">{props.children}</div>
    </details>
  )
}

function blocksOf(entry: MessageEntry | DraftEntry): Block[] {
  if (entry.kind === 'draft') {
    return entry.blocks.map(({ type, text, toolName }) => ({
      type,
      text: type === 'tool_use' ? (toolName ?? 'a tool') : text,
    }))
  }
  return entry.content.flatMap((block): Block[] => {
    if (block.type === 'text') return block.text.trim() === '' ? [] : [{ type: 'text', text: block.text }]
    if (block.type === 'thinking') return [{ type: 'thinking', text: block.thinking }]
    return []
  })
}

const freshMs = 3000

// Only what has just come slides in; scrolling back must not animate history.
const isFresh = (entry: MessageEntry | DraftEntry) =>
  entry.kind === 'draft' ||
  (entry.role === 'operator' && systemClock.now().getTime() - Date.parse(entry.occurredAt) < freshMs)
