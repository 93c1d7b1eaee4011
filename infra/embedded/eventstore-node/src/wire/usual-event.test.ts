import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Build, encode, nested, textId } from '../../test/raw-requests.ts'
import { readAnyEvent, readProposedEvent } from './proposed-event.ts'
import { ProtoReader } from './protobuf.ts'
import { readUsualEvent } from './usual-event.ts'

const entry = (key: string, value: string): Build =>
  nested(
    2,
    (message) => message.string(1, key),
    (message) => message.string(2, value),
  )
const bytes =
  (field: number, content: Uint8Array): Build =>
  (message) =>
    message.bytes(field, content)

type Parts = {
  id: string
  type: string
  contentType: string
  metadata: Uint8Array
  data: Uint8Array
  reversed: boolean
}
const proposed = ({ id, type, contentType, metadata, data, reversed }: Parts): Buffer => {
  const entries = [entry('type', type), entry('content-type', contentType)]
  const parts = [
    textId(id),
    ...(reversed ? entries.toReversed() : entries),
    ...(metadata.length > 0 ? [bytes(3, metadata)] : []),
    ...(data.length > 0 ? [bytes(4, data)] : []),
  ]
  return encode((message) => parts.forEach((part) => part(message)))
}

const content = fc.oneof(fc.uint8Array({ maxLength: 20 }), fc.uint8Array({ minLength: 120, maxLength: 300 }))
const parts = fc.record({
  id: fc.oneof(
    fc.uuid(),
    fc.constantFrom('00000000-0000-0000-0000-000000000000', 'ABCDEF01-2345-6789-ABCD-EF0123456789'),
  ),
  type: fc.oneof(fc.constantFrom('Happened', 'Überlegt', '', '$>', 'x'.repeat(200)), fc.string({ maxLength: 12 })),
  contentType: fc.oneof(
    { weight: 4, arbitrary: fc.constant('application/json') },
    { weight: 1, arbitrary: fc.constantFrom('application/octet-stream', '') },
  ),
  metadata: content,
  data: content,
  reversed: fc.boolean(),
})

/** Bytes around it are of other events: none of them may be looked at or changed. */
function read(message: Buffer, how: typeof readProposedEvent) {
  const around = Buffer.concat([Buffer.alloc(7, 0x12), message, Buffer.alloc(7, 0x22)])
  try {
    const { id, body, dataSize } = how(new ProtoReader(around, 7, 7 + message.length))
    return { id, body: Buffer.from(body), dataSize, around: around.toString('hex', 7 + message.length) }
  } catch (fault) {
    return (fault as Error).name
  }
}

test('an event of the usual form is read as any other is', () => {
  let usual = 0
  fc.assert(
    fc.property(parts, (given) => {
      const message = proposed(given)
      if (readUsualEvent(new ProtoReader(Buffer.from(message)))) usual += 1
      expect(read(message, readProposedEvent)).toEqual(read(message, readAnyEvent))
    }),
    { numRuns: 800 },
  )
  expect(usual).toBeGreaterThan(50)
})

test('one that is damaged or cut off is refused or read as any other is', () => {
  const damaged = fc.record({ given: parts, at: fc.nat(), byte: fc.nat(255), cut: fc.boolean() })
  fc.assert(
    fc.property(damaged, ({ given, at, byte, cut }) => {
      const message = proposed(given)
      const place = at % message.length
      message[place] = byte
      const what = cut ? message.subarray(0, place) : message
      expect(read(what, readProposedEvent)).toEqual(read(what, readAnyEvent))
    }),
    { numRuns: 1500 },
  )
})
