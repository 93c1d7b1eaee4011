import { randomUUID } from 'node:crypto'
import { Expected } from '../storage/write-rules.ts'
import type { Writer } from '../storage/writer.ts'
import { type EventBody, encodeBody } from '../wire/record.ts'

/** Appends an event to a stream that the node keeps for itself; false: the store did not take it. */
export async function appendOwn(writer: Writer, stream: string, body: EventBody): Promise<boolean> {
  const events = [{ id: randomUUID(), body: encodeBody(body) }]
  const { outcome } = await writer.write({ kind: 'append', stream, expected: Expected.ANY, events })
  return outcome === 'written'
}

export const writeMetadata = (writer: Writer, stream: string, metadata: Record<string, unknown>): Promise<boolean> =>
  appendOwn(writer, `$$${stream}`, {
    type: '$metadata',
    isJson: true,
    data: Buffer.from(JSON.stringify(metadata)),
  })

export async function removeOwn(writer: Writer, stream: string): Promise<void> {
  await writer.write({ kind: 'delete', stream, expected: Expected.ANY, events: [] })
}
