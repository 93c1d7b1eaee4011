import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { createSignal, Show } from 'solid-js'
import { useSteering } from '../actions/steering.ts'
import { useMosaic } from '../app-context.ts'
import { ApprovalPlace } from '../approvals/approval-place.tsx'
import { createConversation } from '../conversation/conversation-store.ts'
import { ConversationView } from '../conversation/conversation-view.tsx'
import { BargeIn } from '../conversation/barge-in.tsx'
import { Attention } from '../conversation/attention.tsx'
import { ModelWait } from '../conversation/model-wait.tsx'
import { Mute } from '../conversation/mute.tsx'
import { QuestionCard } from '../conversation/question-card.tsx'
import { dragType } from './drag.ts'
import { PanelHeader } from './panel-header.tsx'
import type { Panels } from './panels.ts'
import { KillProgress } from './kill-progress.tsx'
import { ResizeHandle } from './resize-handle.tsx'

type Props = {
  session: SessionView
  index: number
  panels: Panels
  selected: boolean
  onSelect: () => void
  bargingIn: boolean
  onBargeIn: (on: boolean) => void
}

/** One agent, live: what it says and does, and the means to steer it. */
export function Panel(props: Props) {
  const { live } = useMosaic()
  const { canSpeak } = useSteering()
  const [over, setOver] = createSignal(false)
  const store = createConversation(live, props.session.sessionId)
  const place = () => props.panels.panels()[props.index]
  const dragged = (event: DragEvent) => event.dataTransfer?.types.includes(dragType) ?? false

  return (
    <section
      id={`panel-${props.session.sessionId}`}
      aria-label={`Agent ${props.session.name}`}
      data-status={props.session.status}
      onPointerDown={() => !props.selected && props.onSelect()}
      onDragOver={(event) => {
        if (!dragged(event)) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false)
        const sessionId = event.dataTransfer?.getData(dragType)
        if (sessionId) props.panels.moveTo(sessionId, props.index)
      }}
      class={`panel @container relative flex min-h-0 min-w-0 flex-col overflow-hidden rounded-md border bg-surface status-${props.session.status}`}
      classList={{
        'panel-selected': props.selected,
        'outline-2 outline-dashed outline-accent': over(),
      }}
      style={{
        'grid-column': `span ${Math.min(place()?.columns ?? 1, props.panels.columns())}`,
        'grid-row': `span ${place()?.rows ?? 1}`,
      }}
    >
      <PanelHeader
        session={props.session}
        panels={props.panels}
        bargingIn={props.bargingIn}
        onBargeIn={() => props.onBargeIn(!props.bargingIn)}
      />
      <ConversationView name={props.session.name} store={store} />
      <KillProgress session={props.session} />
      <Attention session={props.session} />
      <ModelWait session={props.session} />
      <Show when={!hasEnded(props.session.status) && !props.session.unreadable && props.session.waiting}>
        {(waiting) => <QuestionCard session={props.session} waiting={waiting()} />}
      </Show>
      <ApprovalPlace session={props.session} hasKeys={props.selected} />
      <Show when={props.bargingIn && canSpeak(props.session)} fallback={<Mute session={props.session} />}>
        <BargeIn session={props.session} onClose={() => props.onBargeIn(false)} />
      </Show>
      <ResizeHandle name={props.session.name} onResize={(by) => props.panels.resize(props.session.sessionId, by)} />
    </section>
  )
}
