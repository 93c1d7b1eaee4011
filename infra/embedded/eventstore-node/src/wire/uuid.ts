import { MalformedMessageError, type ProtoReader, type ProtoWriter } from './protobuf.ts'

const CANONICAL = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const EMPTY = '00000000-0000-0000-0000-000000000000'

const dashed = (hex: string) =>
  `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`

/** Whether a text is a uuid in its canonical form, and none of zeros. */
export const isUuidText = (text: string): boolean => CANONICAL.test(text) && text !== EMPTY

/** The canonical text of a uuid in the notations N, D, B and P of .NET's Guid.Parse; throws on anything else. */
export function canonicalUuid(text: string): string {
  if (CANONICAL.test(text)) return text
  const lower = text.trim().toLowerCase()
  if (/^[0-9a-f]{32}$/.test(lower)) return dashed(lower)
  const inner = /^\{(.*)\}$|^\((.*)\)$/.exec(lower)
  const plain = inner?.[1] ?? inner?.[2] ?? lower
  if (CANONICAL.test(plain)) return plain
  throw new MalformedMessageError('not a uuid')
}

export const structuredToText = (most: bigint, least: bigint): string =>
  dashed([most, least].map((bits) => BigInt.asUintN(64, bits).toString(16).padStart(16, '0')).join(''))

export function textToStructured(text: string): [most: bigint, least: bigint] {
  const hex = text.replaceAll('-', '')
  return [BigInt.asIntN(64, BigInt(`0x${hex.slice(0, 16)}`)), BigInt.asIntN(64, BigInt(`0x${hex.slice(16)}`))]
}

/** Reads the field that is an event_store.client.UUID; throws when it is malformed or empty. */
export const readUuid = (reader: ProtoReader): string => readUuidFields(reader.message())

/** Reads event_store.client.UUID; throws when it is malformed or empty. */
export function readUuidFields(nested: ProtoReader): string {
  let text = ''
  for (let field = nested.next(); field !== 0; field = nested.next()) {
    if (field === 2) text = canonicalUuid(nested.string())
    else if (field === 1) text = readStructured(nested.message())
    else nested.skipField()
  }
  if (text === '' || text === EMPTY) throw new MalformedMessageError('empty uuid')
  return text
}

function readStructured(reader: ProtoReader): string {
  let most = 0n
  let least = 0n
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) most = reader.int64()
    else if (field === 2) least = reader.int64()
    else reader.skipField()
  }
  return structuredToText(most, least)
}

export const writeUuid = (writer: ProtoWriter, field: number, text: string, structured = false): ProtoWriter =>
  writer.message(field, (uuid) => {
    if (!structured) {
      uuid.string(2, text)
      return
    }
    const [most, least] = textToStructured(text)
    uuid.message(1, (bits) => bits.uint64(1, most).uint64(2, least))
  })
