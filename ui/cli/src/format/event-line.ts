import type { RecordedEvent } from '@mosaic/contracts/kernel'
import pc from 'picocolors'
import { dateTime, oneLine } from './text.ts'

/** One event on one line: when, what, where in its stream, who, and the beginning of its data. */
export function eventLine({ type, streamId, revision, position, data, metadata }: RecordedEvent): string {
  const who = metadata.actor.kind === 'operator' ? ` ${pc.yellow(metadata.actor.name ?? metadata.actor.id)}` : ''
  const place = pc.dim(`${position} ${streamId}@${revision}`)
  return `${pc.dim(dateTime(metadata.occurredAt))} ${pc.bold(type)}${who} ${place} ${oneLine(JSON.stringify(data) ?? '', 120)}`
}
