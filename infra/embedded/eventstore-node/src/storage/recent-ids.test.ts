import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { RecentIds, idKey } from './recent-ids.ts'

describe('RecentIds', () => {
  test('leads each id to the place where it was written first', () => {
    const ids = new RecentIds()
    const all = Array.from({ length: 5000 }, () => randomUUID())
    for (const [index, id] of all.entries()) ids.add(idKey(id), 1 + index, index * 2, index)
    ids.add(idKey(all[7]!), 99, 5, 6000)
    expect(ids.get(all[7]!)).toEqual({ stream: 8, revision: 14 })
    expect(ids.get(all[4999]!)).toEqual({ stream: 5000, revision: 9998 })
    expect(ids.get(randomUUID())).toBeUndefined()
  })

  test('forgets what is older than two spans, and says from where on it remembers', () => {
    const ids = new RecentIds(100)
    const all = Array.from({ length: 350 }, () => randomUUID())
    for (const [index, id] of all.entries()) ids.add(idKey(id), 1, index, index)
    expect(ids.get(all[0]!)).toBeUndefined()
    expect(ids.get(all[250]!)).toEqual({ stream: 1, revision: 250 })
    expect(ids.floor).toBe(200)
  })
})
