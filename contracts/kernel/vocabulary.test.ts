import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { event, parseEvent } from './index.ts'

const definitions = {
  Renamed: {
    schema: z.object({ name: z.string(), by: z.string() }),
    version: 3,
    upcasts: {
      1: (data: unknown) => ({ name: (data as { title: string }).title }),
      2: (data: unknown) => ({ ...(data as object), by: 'unknown' }),
    },
  },
  Closed: event(z.object({ id: z.string() })),
}
const parse = (type: string, schemaVersion: number, data: unknown) =>
  parseEvent(definitions, { type, schemaVersion, data })

describe('parseEvent', () => {
  it('brings an old version up step by step', () => {
    expect(parse('Renamed', 1, { title: 'a' })).toEqual({ ok: true, data: { name: 'a', by: 'unknown' } })
    expect(parse('Renamed', 2, { name: 'a' })).toEqual({ ok: true, data: { name: 'a', by: 'unknown' } })
  })
  it.each([
    ['UNKNOWN_EVENT_TYPE', 'Vanished', 1, {}],
    ['UNKNOWN_EVENT_TYPE', 'toString', 1, {}],
    ['UNKNOWN_EVENT_VERSION', 'Renamed', 4, { name: 'a', by: 'b' }],
    ['UNKNOWN_EVENT_VERSION', 'Closed', 0, { id: 'a' }],
    ['INVALID_EVENT_DATA', 'Closed', 1, { id: 5 }],
  ])('answers %s instead of throwing', (code, type, version, data) => {
    expect(parse(type, version, data)).toMatchObject({ ok: false, reason: { code } })
  })
})
