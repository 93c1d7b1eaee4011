import { wordsOf } from '@mosaic/client'
import { maximumMessageBytes, type SessionView } from '@mosaic/contracts/agent-session'
import { createSignal, onMount, Show } from 'solid-js'
import { say } from '../actions/commands.ts'
import { Button } from '../ui/button.tsx'
import { draftOf, setDraft } from './drafts.ts'

type Props = { session: SessionView; onClose?: () => void; autofocus?: boolean }

/** Says something to a running agent. Whether it has arrived is shown on the message itself. */
export function BargeIn(props: Props) {
  let field!: HTMLTextAreaElement
  const text = () => draftOf(props.session.sessionId)
  const setText = (text: string) => setDraft(props.session.sessionId, text)
  const [pauseFirst, setPauseFirst] = createSignal(false)
  const [sending, setSending] = createSignal(false)
  const tooLong = () => new TextEncoder().encode(text()).length > maximumMessageBytes
  const ready = () => text().trim() !== '' && !tooLong() && !sending()

  onMount(() => props.autofocus !== false && field.focus())

  async function send(): Promise<void> {
    if (!ready()) return
    setSending(true)
    const sent = await say(props.session, text(), pauseFirst())
    setSending(false)
    if (!sent) return
    setText('')
    props.onClose?.()
  }

  function leave(): void {
    if (props.onClose) props.onClose()
    else field.blur()
  }

  function discard(): void {
    setText('')
    props.onClose?.()
  }

  return (
    <form
      class="animate-enter shrink-0 border-t border-line bg-raised p-2"
      onSubmit={(event) => {
        event.preventDefault()
        void send()
      }}
    >
      <div class="mx-auto max-w-[864px] rounded-md border border-line-strong bg-surface shadow-raised focus-within:border-accent">
        <textarea
          ref={(element) => (field = element)}
          data-speak
          rows="2"
          aria-label={`Message to ${props.session.name}`}
          placeholder={`Tell ${props.session.name} something…`}
          value={text()}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) {
              event.preventDefault()
              void send()
            }
            // What was written stays, and is there again when the field is.
            if (event.key === 'Escape') leave()
          }}
          class="field-sizing-content block max-h-40 min-h-12 w-full resize-none bg-transparent px-2.5 py-2 outline-none"
        />
        <div class="flex items-center gap-2 px-2 pb-2">
          <label class="inline-flex min-h-6 cursor-pointer items-center gap-1.5 text-xs whitespace-nowrap text-muted">
            <input
              type="checkbox"
              class="size-3.5 accent-accent-solid"
              checked={pauseFirst()}
              onChange={(event) => setPauseFirst(event.currentTarget.checked)}
            />
            Pause before send
          </label>
          <span class="min-w-0 flex-1 truncate text-right text-xs text-faint">
            <Show
              when={tooLong()}
              fallback={<span class="@max-[420px]:hidden">{hint(props.session, pauseFirst())}</span>}
            >
              <span class="text-failed">Longer than 64 kB</span>
            </Show>
          </span>
          <Show when={props.onClose}>
            <Button size="sm" variant="ghost" onClick={discard}>
              {text().trim() === '' ? 'Cancel' : 'Discard'}
            </Button>
          </Show>
          <Button type="submit" size="sm" variant="primary" disabled={!ready()}>
            {sending() ? 'Sending…' : 'Send'}
            <kbd class="border-white/30! text-white!">⌘↵</kbd>
          </Button>
        </div>
      </div>
    </form>
  )
}

function hint({ status, capabilities }: SessionView, pauseFirst: boolean): string {
  if (status === 'paused' || pauseFirst) return 'Delivered when you resume it'
  return `Will be ${wordsOf(capabilities).bargeIn}`
}
