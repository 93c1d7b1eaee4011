import { Match, Switch } from 'solid-js'
import type { DraftEntry, Entry, MessageEntry, NoticeEntry, ToolEntry } from '@mosaic/views'
import { MessageRow } from './message-row.tsx'
import { ModelCallRow } from './model-call-row.tsx'
import { NoticeRow } from './notice-row.tsx'
import { ToolRow } from './tool-row.tsx'

type Props = { entry: Entry; agentName: string; onOpenEvent: ((position: string) => void) | undefined }

/** A draft and the message that it becomes are one row, so that nothing is drawn anew when it is recorded. */
export function EntryRow(props: Props) {
  const message = () =>
    props.entry.kind === 'message' || props.entry.kind === 'draft' ? (props.entry as MessageEntry | DraftEntry) : null
  const tool = () => (props.entry.kind === 'tool' ? (props.entry as ToolEntry) : null)
  const notice = () => (props.entry.kind === 'notice' ? (props.entry as NoticeEntry) : null)
  const call = () => (notice()?.eventType === 'ModelCallRelayed' ? notice() : null)
  return (
    <Switch>
      <Match when={message()}>
        {(entry) => <MessageRow entry={entry()} agentName={props.agentName} onOpenEvent={props.onOpenEvent} />}
      </Match>
      <Match when={tool()}>{(entry) => <ToolRow entry={entry()} onOpenEvent={props.onOpenEvent} />}</Match>
      <Match when={call()}>{(entry) => <ModelCallRow entry={entry()} onOpenEvent={props.onOpenEvent} />}</Match>
      <Match when={notice()}>{(entry) => <NoticeRow entry={entry()} onOpenEvent={props.onOpenEvent} />}</Match>
    </Switch>
  )
}
