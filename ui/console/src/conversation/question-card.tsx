import type { SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { createSignal, createUniqueId, For, Show } from 'solid-js'
import { say } from '../actions/commands.ts'
import { useMosaic } from '../app-context.ts'
import { elapsed } from '../time/format.ts'
import { now } from '../time/now.ts'
import { Button } from '../ui/button.tsx'
import { StatusShape } from '../ui/status.tsx'

type Props = { session: SessionView; waiting: NonNullable<SessionView['waiting']> }

/** What an agent asks: one press on an option answers it, or a sentence of one's own. */
export function QuestionCard(props: Props) {
  const { may } = useMosaic()
  const answerable = may(gatewayRoutes.inject)
  const heading = createUniqueId()
  const [answer, setAnswer] = createSignal('')
  const [sending, setSending] = createSignal(false)
  const left = () => (props.waiting.expiresAt === null ? null : Date.parse(props.waiting.expiresAt) - now())
  const send = async (text: string) => {
    if (text.trim() === '' || sending()) return
    setSending(true)
    if (await say(props.session, text)) setAnswer('')
    setSending(false)
  }
  return (
    <section
      aria-labelledby={heading}
      class="animate-enter max-h-[82%] shrink-0 overflow-y-auto border-t-2 border-waiting-line bg-waiting-soft px-3 py-2.5"
    >
      <div class="flex items-center gap-1.5 text-xs text-waiting">
        <StatusShape status="waiting" />
        <h2 id={heading} class="font-semibold">
          {props.session.name} asks
        </h2>
        <Show when={left()}>
          {(milliseconds) => (
            <span class="ml-auto text-muted">
              {props.waiting.defaultAnswer === null ? 'expires' : `“${props.waiting.defaultAnswer}”`} in{' '}
              {milliseconds() > 0 ? elapsed(milliseconds()) : 'a moment'}
            </span>
          )}
        </Show>
      </div>
      <p class="mt-1 max-w-[76ch] break-words">{props.waiting.question}</p>
      <div class="mt-2 flex flex-wrap gap-1.5">
        <For each={props.waiting.options}>
          {(option) => (
            <Button
              size="sm"
              class="h-auto! min-h-7 max-w-full text-left whitespace-normal!"
              disabled={sending() || !answerable}
              onClick={() => void send(option)}
            >
              {option}
            </Button>
          )}
        </For>
      </div>
      <Show when={answerable} fallback={<p class="mt-2 text-xs text-muted">Whoever may steer it answers.</p>}>
        <form
          class="mt-2 flex gap-1.5"
          onSubmit={(event) => {
            event.preventDefault()
            void send(answer())
          }}
        >
          <input
            data-speak
            aria-label={`Answer ${props.session.name}`}
            placeholder="Answer in your own words"
            value={answer()}
            onInput={(event) => setAnswer(event.currentTarget.value)}
            class="h-7 min-w-0 flex-1 rounded-sm border border-line-strong bg-surface px-2 text-sm outline-none focus:border-accent"
          />
          <Button type="submit" size="sm" class="h-7!" disabled={sending() || answer().trim() === ''}>
            Answer
          </Button>
        </form>
      </Show>
    </section>
  )
}
