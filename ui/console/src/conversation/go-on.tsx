import { A, useNavigate } from '@solidjs/router'
import { maximumMessageBytes, type SessionView } from '@mosaic/contracts/agent-session'
import { createSignal, Show } from 'solid-js'
import { goOn, retry } from '../actions/commands.ts'
import { sentenceOf } from '../sentence-of.ts'
import { Button } from '../ui/button.tsx'
import { draftOf, setDraft } from './drafts.ts'

/** Takes up an agent that has ended: what is written here is the next thing that it is told, in a session of its own. */
export function GoOn(props: { session: SessionView }) {
  const navigate = useNavigate()
  const text = () => draftOf(props.session.sessionId)
  const [sending, setSending] = createSignal(false)
  const [failure, setFailure] = createSignal<string | null>(null)
  const fits = () => new TextEncoder().encode(text()).length <= maximumMessageBytes
  const ready = () => text().trim() !== '' && fits() && !sending()

  async function send(command: () => Promise<{ sessionId: string }>): Promise<void> {
    setSending(true)
    setFailure(null)
    try {
      const { sessionId } = await command()
      setDraft(props.session.sessionId, '')
      navigate(`/sessions/${sessionId}`)
    } catch (error) {
      setFailure(sentenceOf(error))
    } finally {
      setSending(false)
    }
  }
  const proceed = () => ready() && void send(() => goOn(props.session.sessionId, text()))

  return (
    <Show
      when={props.session.successorSessionId === null}
      fallback={
        <p class="shrink-0 border-t border-line bg-raised px-3 py-2 text-xs text-muted" role="note">
          This agent goes on in{' '}
          <A
            class="text-accent-ink underline underline-offset-2"
            href={`/sessions/${props.session.successorSessionId}`}
          >
            another session
          </A>
          .
        </p>
      }
    >
      <form
        class="shrink-0 border-t border-line bg-raised p-2"
        onSubmit={(event) => {
          event.preventDefault()
          proceed()
        }}
      >
        <div class="mx-auto max-w-[864px] rounded-md border border-line-strong bg-surface shadow-raised focus-within:border-accent">
          <textarea
            data-speak
            rows="2"
            aria-label={`Continue ${props.session.name}`}
            placeholder={`${props.session.name} has ended. Write what it is to do next, and it goes on with this conversation, on its branch…`}
            value={text()}
            onInput={(event) => setDraft(props.session.sessionId, event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !(event.metaKey || event.ctrlKey)) return
              event.preventDefault()
              proceed()
            }}
            class="field-sizing-content block max-h-40 min-h-12 w-full resize-none bg-transparent px-2.5 py-2 outline-none"
          />
          <div class="flex items-center gap-2 px-2 pb-2">
            <span class="min-w-0 flex-1 truncate text-xs text-failed" role="alert">
              {fits() ? failure() : 'Longer than 64 kB'}
            </span>
            <Button size="sm" disabled={sending()} onClick={() => void send(() => retry(props.session.sessionId))}>
              Retry from the start
            </Button>
            <Button type="submit" size="sm" variant="primary" disabled={!ready()}>
              {sending() ? 'Starting…' : 'Continue'}
              <kbd class="border-white/30! text-white!">⌘↵</kbd>
            </Button>
          </div>
        </div>
      </form>
    </Show>
  )
}
