import { createHash } from 'node:crypto'

/** Namespace of the event ids, a UUID of Mosaic's own. */
const namespace = Buffer.from('6f1dc8f1a5c84c5c9b3f0c1de7a0b8d2', 'hex')

/** A UUIDv5 (RFC 9562 §5.5) in Mosaic's namespace: the same name always gives the same id. */
export function uuidv5(name: string): string {
  const bytes = createHash('sha1').update(namespace).update(name, 'utf8').digest().subarray(0, 16)
  bytes[6] = 0x50 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The id of a command's n-th event in a stream. The same command sent twice writes the same ids, so it appends once. */
export const eventIdOf = (commandId: string, streamId: string, index: number): string =>
  uuidv5(`${commandId}/${streamId}/${index}`)
