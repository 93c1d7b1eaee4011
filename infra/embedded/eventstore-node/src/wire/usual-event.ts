import { type ProtoReader, varintSize } from './protobuf.ts'
import type { IncomingEvent } from './proposed-event.ts'
import { isUuidText } from './uuid.ts'

const ID_HEAD = Buffer.from([0x0a, 38, 0x12, 36])
const ID_SIZE = ID_HEAD.length + 36
/** Of the entry "type", behind its tag and its length, up to the length of its value. */
const TYPE_HEAD = Buffer.from('\x0a\x04type\x12', 'latin1')
const JSON_HEAD = Buffer.from('\x12\x20\x0a\x0ccontent-type\x12\x10application/json', 'latin1')
/** The tags of a field as proposed and as recorded: ProposedMessage and RecordedEvent number them apart. */
const ENTRY = [0x12, 0x32] as const
const METADATA = [0x1a, 0x3a] as const
const DATA = [0x22, 0x42] as const

function stands(expected: Buffer, bytes: Buffer, at: number): boolean {
  for (let index = 0; index < expected.length; index++) if (bytes[at + index] !== expected[index]) return false
  return true
}

/** Where an entry "type" of a few ASCII characters ends that begins at a place; 0 for any other. */
function behindType(bytes: Buffer, at: number): number {
  const valueAt = at + 3 + TYPE_HEAD.length
  const length = bytes[valueAt - 1]!
  const isEntry = bytes[at] === ENTRY[0] && bytes[at + 1] === TYPE_HEAD.length + 1 + length && length < 0x70
  if (!isEntry || length === 0 || !stands(TYPE_HEAD, bytes, at + 2)) return 0
  for (let index = valueAt; index < valueAt + length; index++) if (bytes[index]! >= 0x80) return 0
  return valueAt + length
}

/** Length of the field of bytes that begins at a place; 0 when it is another, empty, or its length is written longer than need be. */
function lengthOf(tag: number, bytes: Buffer, begin: number): number {
  if (bytes[begin] !== tag) return 0
  let length = 0
  let scale = 1
  for (let at = begin + 1; at < begin + 5; at++, scale *= 128) {
    const byte = bytes[at]!
    length += (byte & 0x7f) * scale
    if (byte < 0x80) return byte === 0 ? 0 : length
  }
  return 0
}

const fieldSize = (length: number) => (length === 0 ? 0 : 1 + varintSize(length) + length)

/**
 * Reads a ProposedMessage as nearly all are: JSON, with the fields in their order and each as short as can be. Its body is
 * then that of the record but for its tags, which are changed where they stand, so that nothing is copied. Undefined for
 * any other, of which nothing is changed.
 */
export function readUsualEvent({ bytes, position, end }: ProtoReader): IncomingEvent | undefined {
  if (!stands(ID_HEAD, bytes, position)) return undefined
  const body = position + ID_SIZE
  const json = behindType(bytes, body)
  if (json === 0 || !stands(JSON_HEAD, bytes, json)) return undefined
  const metadata = json + JSON_HEAD.length
  const data = metadata + fieldSize(lengthOf(METADATA[0], bytes, metadata))
  const dataSize = lengthOf(DATA[0], bytes, data)
  if (dataSize === 0 || data + fieldSize(dataSize) !== end) return undefined
  const id = bytes.toString('latin1', position + ID_HEAD.length, body)
  if (!isUuidText(id)) return undefined
  if (data > metadata) bytes[metadata] = METADATA[1]
  bytes[body] = ENTRY[1]
  bytes[json] = ENTRY[1]
  bytes[data] = DATA[1]
  return { id, body: bytes.subarray(body, end), dataSize }
}
