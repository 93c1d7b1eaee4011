import { describe, expect, it } from 'vitest'
import { newId, position, uuid, uuidv7, workspaceId } from './index.ts'

describe('uuidv7', () => {
  it('matches the example of RFC 9562, appendix A.6', () => {
    const random = Uint8Array.from([0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f])
    expect(uuidv7(0x017f22e279b0, random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f')
  })
  it('sorts by age', () => {
    const at = (milliseconds: number) => uuidv7(milliseconds, new Uint8Array(10).fill(0xff))
    expect([at(2 ** 40), at(5), at(70_000)].toSorted()).toEqual([at(5), at(70_000), at(2 ** 40)])
  })
  it('is accepted by its own schema and differs each time', () => {
    const ids = Array.from({ length: 100 }, newId)
    expect(ids.every((id) => uuid.safeParse(id).success)).toBe(true)
    expect(new Set(ids).size).toBe(100)
  })
})

describe.each([
  ['uuid', uuid, ['0190D5B0-0000-7000-8000-000000000000', '', 'nope', '../../etc']],
  ['workspaceId', workspaceId, ['', 'a.b', 'a b', '>', 'ü', 'x'.repeat(65)]],
  ['position', position, ['', '-1', '1.5', '0x10', '1'.repeat(21)]],
])('%s', (_, schema, bad) => {
  it.each(bad)('refuses %j', (text) => expect(schema.safeParse(text).success).toBe(false))
})
