import ChevronRight from 'lucide-solid/icons/chevron-right'
import { createSignal, Show } from 'solid-js'
import { duration } from '../time/format.ts'
import type { ToolEntry } from '@mosaic/views'
import { DiffOutput } from './diff-output.tsx'
import { EventLink } from './event-link.tsx'
import { isDiff } from './is-diff.ts'
import { TerminalOutput } from './terminal-output.tsx'
import { argumentOf, resultOf } from './tool-summary.ts'

const shownCharacters = 20_000

export function ToolRow(props: { entry: ToolEntry; onOpenEvent: ((position: string) => void) | undefined }) {
  const [open, setOpen] = createSignal(false)
  const argument = () => argumentOf(props.entry.input)
  const running = () => props.entry.output === null
  return (
    <div class="group relative px-3 py-px" data-tool={props.entry.name}>
      <button
        type="button"
        aria-expanded={open()}
        onClick={() => setOpen(!open())}
        class="-mx-1 flex h-6 w-[calc(100%+8px)] items-center gap-1.5 rounded-xs px-1 text-left text-xs hover:bg-hover"
      >
        <ChevronRight size={12} class={`shrink-0 text-faint transition-transform ${open() ? 'rotate-90' : ''}`} />
        <span class="shrink-0 font-mono text-muted">{props.entry.name}</span>
        <span class="min-w-0 flex-1 truncate font-mono text-faint">{argument()}</span>
        <Show when={!running()} fallback={<Running />}>
          <Show
            when={props.entry.isError}
            fallback={<span class="max-w-[40%] min-w-0 shrink-0 truncate text-faint">{resultOf(props.entry)}</span>}
          >
            <span class="shrink-0 font-medium text-failed">✕ failed</span>
          </Show>
          <span class="min-w-12 shrink-0 text-right whitespace-nowrap text-faint">
            {duration(props.entry.durationMs ?? 0)}
          </span>
        </Show>
      </button>
      <Show when={open()}>
        <div class="mt-1 mb-2 ml-4 overflow-hidden rounded-sm border border-line bg-raised font-mono text-xs">
          <Detail title="Input" text={JSON.stringify(props.entry.input, null, 2)} />
          <Show when={props.entry.output !== null}>
            <Detail title="Result" text={props.entry.output ?? ''} failed={props.entry.isError === true} />
          </Show>
        </div>
        <EventLink at={props.entry.occurredAt} position={props.entry.position} onOpen={props.onOpenEvent} />
      </Show>
    </div>
  )
}

function Running() {
  return (
    <span class="inline-flex shrink-0 items-center gap-1.5 text-faint">
      <span class="size-1.5 animate-[breathe_1.6s_ease-in-out_infinite] rounded-full bg-accent" aria-hidden="true" />
      running
    </span>
  )
}

export function Detail(props: { title: string; text: string; failed?: boolean }) {
  const cut = () => props.text.length - shownCharacters
  const shown = () => props.text.slice(0, shownCharacters)
  return (
    <div class="border-line not-first:border-t">
      <p class="px-2 pt-1.5 font-sans text-faint">{props.title}</p>
      <pre
        tabindex="0"
        aria-label={props.title}
        class={`max-h-64 overflow-auto px-2 pb-2 break-words whitespace-pre-wrap ${props.failed ? 'text-failed' : 'text-muted'}`}
      >
        <Show when={isDiff(props.text)} fallback={<TerminalOutput text={shown() || '(empty)'} />}>
          <DiffOutput text={shown()} />
        </Show>
      </pre>
      <Show when={cut() > 0}>
        <p class="px-2 pb-1.5 font-sans text-faint">
          {cut().toLocaleString('en-US')} more characters are in the event.
        </p>
      </Show>
    </div>
  )
}
