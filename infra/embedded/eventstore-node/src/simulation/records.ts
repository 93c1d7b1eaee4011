import { TOMBSTONE_REVISION, viewRecord } from '../wire/record.ts'
import { type ModelEvent, OF_NODE, TOMBSTONE } from './model-log.ts'

/** Ids that the node makes are numbered from here, and end where those of a large append begin. */
export const FIRST_MADE_ID = 1000
export const FIRST_BULK_ID = 500_000

export const idOf = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

function proposedId(id: string): string {
  const number = Number(id.slice(-12))
  return number >= FIRST_MADE_ID && number < FIRST_BULK_ID ? OF_NODE : id
}

const line = (stream: string, revision: number | string, rest: string[]) => [`${revision}@${stream}`, ...rest].join(' ')

/** An event in words; the same for one of the node and one of the model when they are the same. */
export const lineOf = ({ stream, revision, id, type, data, createdMs }: ModelEvent): string =>
  line(stream, revision === TOMBSTONE ? 'end' : revision, [id, type, data, String(createdMs)])

export function lineOfRecord({ record }: { record: Uint8Array }): string {
  const { stream, revision, id, type, data, createdMs } = viewRecord(record)
  const end = revision === TOMBSTONE_REVISION
  return line(stream, end ? 'end' : revision, [proposedId(id), type, Buffer.from(data).toString(), String(createdMs)])
}
