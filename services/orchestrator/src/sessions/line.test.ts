import { createLogger } from '@mosaic/runtime'
import { expect, test } from 'vitest'
import { Line } from './line.ts'
import type { RosterEntry } from './roster.ts'

type Waiting = { readonly id: string; readonly pending?: 'kill' | 'terminate'; readonly frozen?: boolean }

/** A line before a door that lets so many in. */
function lineOf(waiting: readonly Waiting[], room: number, claims: (id: string) => void = () => undefined) {
  const claimed: string[] = []
  const entries = waiting.map(({ id, pending = null }) => ({ session: { sessionId: id, pending } }) as RosterEntry)
  const isFrozen = (entry: RosterEntry) =>
    waiting.some(({ id, frozen }) => id === entry.session.sessionId && frozen === true)
  const line = new Line({
    places: {
      inLine: () => entries.filter(({ session }) => !claimed.includes(session.sessionId)),
      get hasRoom() {
        return claimed.filter((id) => !waiting.some((each) => each.id === id && each.pending)).length < room
      },
      hold: (_, work) => work(),
    },
    async claim(id) {
      claims(id)
      claimed.push(id)
    },
    isRunnable: () => true,
    frozen: () => async (entry) => isFrozen(entry),
    logger: createLogger({ name: 'test', level: 'silent' }),
  })
  return { line, claimed }
}

test('as many begin as there is room for, in their order', async () => {
  const { line, claimed } = lineOf([{ id: 'a' }, { id: 'b' }, { id: 'c' }], 2)
  await line.advance()
  expect(claimed).toEqual(['a', 'b'])
})

test('who is to end needs no room, and who is frozen holds nobody up', async () => {
  const { line, claimed } = lineOf(
    [{ id: 'a', frozen: true }, { id: 'b' }, { id: 'c', pending: 'kill' }, { id: 'd' }],
    1,
  )
  await line.advance()
  expect(claimed).toEqual(['c', 'b'])
})

test('many calls at once claim nobody twice', async () => {
  const { line, claimed } = lineOf([{ id: 'a' }, { id: 'b' }, { id: 'c' }], 3)
  await Promise.all([line.advance(), line.advance(), line.advance()])
  expect(claimed).toEqual(['a', 'b', 'c'])
})

test('after a fault the next call goes on', async () => {
  let faults = 1
  const { line, claimed } = lineOf([{ id: 'a' }], 1, () => {
    if (faults-- > 0) throw new Error('the store is away')
  })
  await line.advance()
  expect(claimed).toEqual([])
  await line.advance()
  expect(claimed).toEqual(['a'])
})
