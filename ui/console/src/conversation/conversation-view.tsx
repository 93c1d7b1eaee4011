import ArrowDown from 'lucide-solid/icons/arrow-down'
import { $TRACK, createEffect, createMemo, createSignal, For, on, onCleanup, Show } from 'solid-js'
import { unwrap } from 'solid-js/store'
import { isQuiet } from '@mosaic/client'
import type { Conversation, Entry } from '@mosaic/views'
import { Button } from '../ui/button.tsx'
import { EmptyConversation, LoadingConversation } from './conversation-states.tsx'
import type { ConversationStore } from './conversation-store.ts'
import { EntryRow } from './entry-row.tsx'
import { createWindowing } from './windowing.ts'

const isQuietEntry = (entry: Entry | undefined) => entry?.kind === 'notice' && isQuiet(entry.eventType, entry.data)

const estimates = { message: 64, draft: 48, tool: 26, notice: 26 } as const

/** Follows the order as a whole: with two thousand entries, each of them as a signal takes longer than all else that an event does. */
function toldOf(conversation: Conversation): string[] {
  void (conversation.order as { readonly [$TRACK]?: unknown })[$TRACK]
  const { order, entries } = unwrap(conversation)
  return order.filter((key) => !isQuietEntry(entries[key]))
}

type Props = { name: string; store: ConversationStore; onOpenEvent?: (position: string) => void }

export function ConversationView(props: Props) {
  let scroller!: HTMLDivElement
  const { conversation, state, failure, loadingOlder } = props.store
  const told = createMemo(() => toldOf(conversation))
  const windowing = createWindowing({
    scroller: () => scroller,
    keys: told,
    estimate: (key) => estimates[conversation.entries[key]?.kind ?? 'notice'],
  })
  const starts = createMemo(() => new Map(windowing.rows().map((row) => [row.key, row])))
  const keys = createMemo(() => windowing.rows().map(({ key }) => key))
  const missed = createMissed(() => conversation.order.length, windowing.following)

  createEffect(() => {
    if (windowing.atStart() && conversation.order.length > 0 && state() === 'ready') void props.store.loadOlder()
  })
  createEffect(
    on(
      () => windowing.following() && conversation.order.length,
      (length) => length && props.store.forgetOld(),
    ),
  )

  return (
    <div class="relative min-h-0 flex-1">
      <div
        ref={(element) => (scroller = element)}
        role="log"
        aria-label={`Conversation with ${props.name}`}
        aria-live="off"
        aria-busy={state() === 'loading'}
        tabindex="0"
        class="h-full overflow-x-hidden overflow-y-auto outline-offset-[-2px] [overflow-anchor:none]"
      >
        <Show when={loadingOlder()}>
          <p class="absolute inset-x-0 top-0 z-10 bg-surface/90 py-1 text-center text-xs text-faint">
            Loading older entries…
          </p>
        </Show>
        <Show when={conversation.order.length === 0}>
          <Show
            when={state() === 'loading'}
            fallback={<EmptyConversation failure={failure()} retry={props.store.reload} />}
          >
            <LoadingConversation />
          </Show>
        </Show>
        <div class="relative mx-auto w-full max-w-[880px]" style={{ height: `${windowing.height()}px` }}>
          <For each={keys()}>
            {(key) => (
              <div
                ref={(element) => onRow(element, windowing.measure)}
                data-index={starts().get(key)?.index}
                class="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${starts().get(key)?.start ?? 0}px)` }}
              >
                <Show when={conversation.entries[key]}>
                  {(entry) => <EntryRow entry={entry()} agentName={props.name} onOpenEvent={props.onOpenEvent} />}
                </Show>
              </div>
            )}
          </For>
        </div>
      </div>
      <Show when={!windowing.following() && conversation.order.length > 0}>
        <Button
          size="sm"
          class="animate-enter absolute bottom-2 left-1/2 -translate-x-1/2 rounded-full bg-overlay shadow-overlay"
          onClick={() => windowing.toEnd()}
        >
          <ArrowDown size={12} />
          Jump to live
          <Show when={missed() > 0}>
            <span class="text-accent-ink">{missed()} new</span>
          </Show>
        </Button>
      </Show>
    </div>
  )
}

// The virtualizer reads the row's index from the element, so it measures after the attributes are there.
function onRow(element: HTMLElement, measure: (element: HTMLElement) => void): void {
  queueMicrotask(() => element.isConnected && measure(element))
  onCleanup(() => queueMicrotask(() => !element.isConnected && measure(element)))
}

/** How many entries came while the reader was not at the end. */
function createMissed(length: () => number, following: () => boolean) {
  const [missed, setMissed] = createSignal(0)
  createEffect(
    on([length, following], ([now, end], before) => {
      if (end) setMissed(0)
      else if (before && now > before[0] && now - before[0] < 20) setMissed((count) => count + now - before[0])
    }),
  )
  return missed
}
