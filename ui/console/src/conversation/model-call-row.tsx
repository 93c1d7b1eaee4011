import ChevronRight from 'lucide-solid/icons/chevron-right'
import { noticeOf } from '@mosaic/client'
import type { ModelCallWhole } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { NoticeEntry } from '@mosaic/views'
import { createSignal, Match, Show, Switch } from 'solid-js'
import { gateway } from '../gateway.ts'
import { sentenceOf } from '../sentence-of.ts'
import { EventLink } from './event-link.tsx'
import { Detail } from './tool-row.tsx'

type Loaded = { readonly call: ModelCallWhole } | { readonly failure: string } | null

/** A call that an agent made to its model itself: a line, and what was asked and answered once it is opened. */
export function ModelCallRow(props: { entry: NoticeEntry; onOpenEvent: ((position: string) => void) | undefined }) {
  const [open, setOpen] = createSignal(false)
  const [loaded, setLoaded] = createSignal<Loaded>(null)
  const notice = () => noticeOf(props.entry.eventType, props.entry.data, props.entry.actorName)

  const load = async () => {
    setLoaded(null)
    const params = { id: props.entry.sessionId, callId: String(props.entry.data['callId']) }
    setLoaded(
      await gateway.call(gatewayRoutes.modelCall, { params }).then(
        (call) => ({ call }),
        (error: unknown) => ({ failure: sentenceOf(error) }),
      ),
    )
  }
  const toggle = () => {
    setOpen(!open())
    if (open() && !callOf(loaded())) void load()
  }

  return (
    <div class="group relative px-3 py-px" data-notice={props.entry.eventType}>
      <button
        type="button"
        aria-expanded={open()}
        onClick={toggle}
        class="-mx-1 flex h-6 w-[calc(100%+8px)] items-center gap-1.5 rounded-xs px-1 text-left text-xs hover:bg-hover"
      >
        <ChevronRight size={12} class={`shrink-0 text-faint transition-transform ${open() ? 'rotate-90' : ''}`} />
        <span class={`min-w-0 flex-1 truncate ${notice().tone === 'failed' ? 'text-failed' : 'text-faint'}`}>
          {notice().text}
        </span>
      </button>
      <Show when={open()}>
        <div class="mt-1 mb-2 ml-4 overflow-hidden rounded-sm border border-line bg-raised font-mono text-xs">
          <Switch fallback={<p class="p-2 font-sans text-faint">Loading what was said…</p>}>
            <Match when={failureOf(loaded())}>
              {(failure) => (
                <p class="p-2 font-sans text-failed">
                  {failure()}{' '}
                  <button type="button" class="underline" onClick={() => void load()}>
                    Try again
                  </button>
                </p>
              )}
            </Match>
            <Match when={callOf(loaded())}>
              {(call) => (
                <>
                  <Detail title="Settings and tools" text={JSON.stringify(call().head, null, 2)} />
                  <Detail title={conversationTitle(call())} text={JSON.stringify(call().conversation, null, 2)} />
                  <Detail title="Answer" text={call().answer === null ? '' : JSON.stringify(call().answer, null, 2)} />
                </>
              )}
            </Match>
          </Switch>
        </div>
        <EventLink at={props.entry.occurredAt} position={props.entry.position} onOpen={props.onOpenEvent} />
      </Show>
    </div>
  )
}

const callOf = (loaded: Loaded) => (loaded && 'call' in loaded ? loaded.call : undefined)
const failureOf = (loaded: Loaded) => (loaded && 'failure' in loaded ? loaded.failure : undefined)

const conversationTitle = ({ messages, added, leftOut }: ModelCallWhole) =>
  `Conversation: ${messages} messages, ${added} of them new${leftOut > 0 ? `, the first ${leftOut} left out` : ''}`
