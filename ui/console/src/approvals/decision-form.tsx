import { type ApprovalDecision, approvalScope } from '@mosaic/contracts/approval'
import { Show } from 'solid-js'
import type { z } from 'zod'
import { Button } from '../ui/button.tsx'

export type Decide = (decision: ApprovalDecision, scope?: z.infer<typeof approvalScope>) => Promise<void>

type Props = {
  name: string
  field: (element: HTMLInputElement) => void
  note: string
  onNote: (note: string) => void
  disabled: boolean
  hasKeys: boolean
  onDecide: Decide
}

/** The answers to an agent that wants to be allowed something. What Enter does in the note is the safe one of them. */
export function DecisionForm(props: Props) {
  return (
    <form
      class="mt-1.5 flex flex-wrap gap-1.5"
      onSubmit={(event) => {
        event.preventDefault()
        void props.onDecide('denied')
      }}
    >
      <input
        ref={(element) => props.field(element)}
        aria-label={`Note on what ${props.name} asks`}
        placeholder="A note: why not, or what to do instead"
        maxlength="2000"
        value={props.note}
        onInput={(event) => props.onNote(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        class="h-7 min-w-40 flex-1 rounded-sm border border-line-strong bg-surface px-2 text-sm outline-none focus:border-accent"
      />
      <Button type="submit" size="sm" class="h-7!" disabled={props.disabled}>
        Deny
        <Key of="d" shown={props.hasKeys} />
      </Button>
      <Button
        size="sm"
        class="h-7!"
        disabled={props.disabled}
        data-tip="Every call to the letter like it, for as long as the session lives"
        onClick={() => void props.onDecide('approved', 'session')}
      >
        Approve for this session
        <Key of="s" shown={props.hasKeys} />
      </Button>
      <Button
        size="sm"
        variant="primary"
        class="h-7!"
        disabled={props.disabled}
        onClick={() => void props.onDecide('approved')}
      >
        Approve
        <Key of="a" shown={props.hasKeys} class="border-white/30! text-white!" />
      </Button>
    </form>
  )
}

function Key(props: { of: string; shown: boolean; class?: string }) {
  return (
    <Show when={props.shown}>
      <kbd aria-hidden="true" class={props.class ?? ''}>
        {props.of}
      </kbd>
    </Show>
  )
}
