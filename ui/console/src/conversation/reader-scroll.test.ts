import { expect, test } from 'vitest'
import { readerMove } from './reader-scroll.ts'

const atEnd = { top: 900, height: 1000, room: 100 }

test.each([
  ['content grew and the page followed', { top: 950, height: 1050, room: 100 }, 'arrived'],
  ['the reader scrolled up', { top: 700, height: 1000, room: 100 }, 'left'],
  ['the reader scrolled up while content grew', { top: 880, height: 1060, room: 100 }, 'left'],
  ['a row shrank', { top: 860, height: 960, room: 100 }, null],
  ['a card below closed', { top: 840, height: 1000, room: 160 }, null],
  ['content grew and nothing moved yet', { top: 900, height: 1200, room: 100 }, null],
] as const)('%s', (_, now, move) => expect(readerMove(atEnd, now)).toBe(move))

test('scrolling down arrives only near the end', () => {
  const far = { top: 100, height: 1000, room: 100 }
  expect(readerMove(far, { ...far, top: 500 })).toBeNull()
  expect(readerMove(far, { ...far, top: 870 })).toBe('arrived')
})
