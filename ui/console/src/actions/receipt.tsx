import type { SessionView } from '@mosaic/contracts/agent-session'
import Check from 'lucide-solid/icons/check'
import { For, Show } from 'solid-js'
import { duration, timeOfDay } from '../time/format.ts'
import { receiptSteps } from './receipt-steps.ts'

type Props = { session: Pick<SessionView, 'killReceipt' | 'capabilities'> }

const stepsOf = ({ session }: Props) => receiptSteps(session.killReceipt, session.capabilities.killProof)

/** The kill step by step, as it comes in. */
export function Receipt(props: Props) {
  return (
    <ol aria-label="Kill receipt" class="flex flex-col" aria-live="polite">
      <For each={stepsOf(props)}>
        {(step) => (
          <li class="flex h-7 items-center gap-2.5" data-step={step.step} data-reached={step.at !== null}>
            <Show
              when={step.at}
              fallback={<span class="size-4 rounded-full border border-dashed border-line-strong" aria-hidden="true" />}
            >
              <span class="animate-enter inline-flex size-4 items-center justify-center rounded-full bg-ink text-bg">
                <Check size={11} stroke-width={3} />
              </span>
            </Show>
            <span class={step.at === null ? 'text-faint' : 'text-ink'}>{step.word}</span>
            <span class="flex-1" />
            <Show when={step.at} fallback={<span class="sr-only">not yet</span>}>
              {(at) => (
                <>
                  <span class="w-16 text-right text-muted">
                    {step.sinceRequestMs === 0 ? '' : `+${duration(step.sinceRequestMs ?? 0)}`}
                  </span>
                  <time datetime={at()} class="w-24 text-right text-xs text-faint">
                    {timeOfDay(at(), true)}
                  </time>
                </>
              )}
            </Show>
          </li>
        )}
      </For>
    </ol>
  )
}

/** The same on one line, for lists and panels. */
export function ReceiptLine(props: Props) {
  const steps = () => stepsOf(props)
  const latest = () => steps().findLast(({ at }) => at !== null)
  return (
    <span class="inline-flex items-center gap-2 text-xs text-muted">
      <span class="flex gap-1" aria-hidden="true">
        <For each={steps()}>
          {(step) => (
            <span
              class={`size-2 rounded-full ${step.at === null ? 'border border-line-strong' : 'animate-enter bg-ink'}`}
            />
          )}
        </For>
      </span>
      {latest()?.word ?? 'Waiting for the receipt'}
      <Show when={latest()?.sinceRequestMs}>{(since) => <span class="text-faint">+{duration(since())}</span>}</Show>
    </span>
  )
}
