import { ruleWords } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import type { WaitingApproval } from '@mosaic/contracts/approval'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { createSignal, createUniqueId, onCleanup, Show, untrack } from 'solid-js'
import { decideApproval } from '../actions/commands.ts'
import { type Action, offerActions } from '../actions/registry.ts'
import { useMosaic } from '../app-context.ts'
import { sentenceOf } from '../sentence-of.ts'
import { elapsed } from '../time/format.ts'
import { now } from '../time/now.ts'
import { StatusShape } from '../ui/status.tsx'
import { type Decide, DecisionForm } from './decision-form.tsx'
import { ExactText } from './exact-view.tsx'

type Props = {
  session: SessionView
  approval: WaitingApproval
  /** Whether the keys of the page decide here. */
  hasKeys: boolean
  /** Told before this page decides; `null` when that was refused. */
  onDecide: (approvalId: string | null) => void
}

/** So long a call has to be in sight before it can be decided: a press that was meant for what was there before decides nothing. */
const unseenMs = 600

/** What an agent wants to do and may not without a person: the call to the letter, which rule asks, and the answers. */
export function ApprovalCard(props: Props) {
  let noteField: HTMLInputElement | undefined
  const decidable = useMosaic().may(gatewayRoutes.decideApproval)
  const heading = createUniqueId()
  const [note, setNote] = createSignal('')
  const [sending, setSending] = createSignal(false)
  const [inSight, setInSight] = createSignal(false)
  const [failure, setFailure] = createSignal<string | null>(null)
  const timer = setTimeout(() => setInSight(true), unseenMs)
  onCleanup(() => clearTimeout(timer))
  // What is decided is what this card began with, whatever comes meanwhile.
  const { approvalId, digest } = untrack(() => props.approval)

  const decide: Decide = async (decision, scope = 'once') => {
    if (sending() || !inSight()) return
    setSending(true)
    setFailure(null)
    props.onDecide(approvalId)
    const told = note().trim()
    try {
      // It stays as it is until the log says so.
      await decideApproval(props.session.sessionId, approvalId, {
        decision,
        digest,
        scope,
        ...(told && { note: told }),
      })
    } catch (error) {
      props.onDecide(null)
      setFailure(sentenceOf(error))
      setSending(false)
    }
  }
  const keys = (): readonly Action[] => [
    { name: `Allow what ${props.session.name} asks`, keys: ['a'], run: () => void decide('approved') },
    {
      name: `Allow what ${props.session.name} asks for this session`,
      keys: ['s'],
      run: () => void decide('approved', 'session'),
    },
    { name: `Deny what ${props.session.name} asks, with a note`, keys: ['d'], run: () => noteField?.focus() },
  ]
  offerActions(() => (decidable && props.hasKeys ? keys() : []))

  return (
    <section
      aria-labelledby={heading}
      class="animate-enter flex max-h-[82%] min-h-0 shrink-0 flex-col border-t-2 border-waiting-line bg-waiting-soft"
    >
      <div class="flex shrink-0 flex-wrap items-center gap-x-1.5 px-3 pt-2.5 text-xs text-waiting">
        <StatusShape status="waiting" />
        <h2 id={heading} class="min-w-0 font-semibold break-words">
          {props.session.name} asks to be allowed <ExactText text={props.approval.tool.slice(0, 200)} />
        </h2>
        <span class="ml-auto text-muted">{untilWords(props.approval, now())}</span>
      </div>
      <Call approval={props.approval} />
      <div class="shrink-0 px-3 pb-2.5">
        <p class="text-xs break-words text-muted">Asked by: {ruleWords(props.approval.because)}</p>
        <Show when={decidable} fallback={<p class="mt-1 text-xs text-muted">Whoever may steer it decides.</p>}>
          <DecisionForm
            name={props.session.name}
            field={(element) => (noteField = element)}
            note={note()}
            onNote={setNote}
            disabled={sending() || !inSight()}
            hasKeys={props.hasKeys}
            onDecide={decide}
          />
        </Show>
        <Show when={failure()}>
          {(sentence) => (
            <p role="alert" class="mt-1.5 text-xs break-words text-failed">
              Not decided: {sentence()}
            </p>
          )}
        </Show>
      </div>
    </section>
  )
}

/** What is asked about, and what it does to a file where it says so. */
function Call(props: { approval: WaitingApproval }) {
  return (
    <div
      tabindex="0"
      role="group"
      aria-label="The call that is asked about"
      class="my-1.5 min-h-12 overflow-y-auto border-y border-line bg-surface font-mono text-xs text-ink"
    >
      <Show when={props.approval.diff}>{(diff) => <Passage title="Change" text={diff()} isDiff />}</Show>
      <Passage title="Call" text={props.approval.shown} />
      <Show when={props.approval.isCut}>
        <p class="px-3 pb-1.5 font-sans font-medium text-failed">
          There is more of it than is shown: whoever allows it allows what they have not seen.
        </p>
      </Show>
    </div>
  )
}

function Passage(props: { title: string; text: string; isDiff?: boolean }) {
  const lines = () => props.text.replace(/\n$/, '').split('\n').length
  return (
    <div class="border-line not-first:border-t">
      <p class="px-3 pt-1.5 font-sans text-faint">
        {props.title}
        <Show when={lines() > 1}> · {lines().toLocaleString('en-US')} lines</Show>
      </p>
      <pre dir="ltr" class="px-3 pb-1.5 [overflow-wrap:anywhere] whitespace-pre-wrap">
        <ExactText text={props.text} isDiff={props.isDiff ?? false} />
      </pre>
    </div>
  )
}

function untilWords({ expiresAt, atTimeout }: WaitingApproval, at: number): string {
  const left = Date.parse(expiresAt) - at
  const otherwise = atTimeout === 'deny' ? 'denied' : 'allowed'
  return left > 0 ? `${otherwise} in ${elapsed(left)} if nobody answers` : `its time is up: ${otherwise}`
}
