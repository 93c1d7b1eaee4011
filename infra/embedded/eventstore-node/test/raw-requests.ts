import { randomUUID } from 'node:crypto'
import { ProtoWriter } from '../src/wire/protobuf.ts'

/** Fields of a message, for tests that need requests no client would send. */
export type Build = (message: ProtoWriter) => unknown

export const encode = (build: Build): Buffer => {
  const message = new ProtoWriter()
  build(message)
  return message.finish()
}

export const named =
  (field: number, stream: string): Build =>
  (message) =>
    message.message(field, (id) => id.string(3, stream))
export const all =
  (...parts: Build[]): Build =>
  (message) => {
    for (const part of parts) part(message)
  }
export const uint =
  (field: number, value: number | bigint): Build =>
  (message) =>
    message.uint64(field, value)
export const nested =
  (field: number, ...parts: Build[]): Build =>
  (message) =>
    message.bytes(field, encode(all(...parts)))

const NO_FILTER = nested(8)
const UUID_AS_TEXT = nested(9, nested(2))
export const COUNT = (count: number | bigint): Build => uint(5, count)
export const SUBSCRIBE = nested(6)
export const BACKWARDS = uint(3, 1)
export const COMPATIBLE = nested(10, uint(1, 1))
export const plain = (...parts: Build[]): Build => all(...parts, NO_FILTER, UUID_AS_TEXT)
export const filtered = (filter: Build, ...parts: Build[]): Build => all(...parts, nested(7, filter), UUID_AS_TEXT)
export const fromRevision = (stream: string, revision: number | bigint): Build =>
  nested(1, named(1, stream), uint(2, revision))
export const fromStart = (stream: string): Build => nested(1, named(1, stream), nested(3))
export const fromEnd = (stream: string): Build => nested(1, named(1, stream), nested(4))
export const allFrom = (commit: number | bigint, prepare = commit): Build =>
  nested(2, nested(1, uint(1, commit), uint(2, prepare)))
export const allFromStart = nested(2, nested(2))
export const allFromEnd = nested(2, nested(3))
/** A filter of streams by prefix. */
export const streams = (prefix: string, window: number | undefined, multiplier = 1): Build =>
  all(
    nested(1, (expression) => expression.string(2, prefix)),
    window === undefined ? nested(4) : uint(3, window),
    uint(5, multiplier),
  )

export interface Proposal {
  id?: Build
  entries?: Record<string, string | Buffer>
  data?: Buffer
}
export const textId = (text: string = randomUUID()): Build => nested(1, (id) => id.string(2, text))
export const TYPED = { type: 'T', 'content-type': 'application/json' }

export const proposal = ({ id = textId(), entries = TYPED, data = Buffer.from('{}') }: Proposal = {}): Build =>
  all(
    id,
    ...Object.entries(entries).map(([key, value]) =>
      nested(2, (entry) => entry.string(1, key).bytes(2, Buffer.from(value))),
    ),
    (message) => message.bytes(4, data),
  )
export const appendTo = (stream: string, expected: Build = nested(4)): Build => nested(1, named(1, stream), expected)
export const append = (of?: Proposal): Build => nested(2, proposal(of))
