import { expect, test } from 'vitest'
import { pageOf } from './page.ts'

test('a page ends with the cursor of its last row where there is more, and with none where there is not', () => {
  const rows = ['5', '4', '3']
  const page = (limit: number) => pageOf(rows, limit, (row) => row)
  expect(page(2)).toEqual({ shown: ['5', '4'], nextCursor: '4' })
  expect(page(3)).toEqual({ shown: rows, nextCursor: null })
  expect(pageOf([], 3, String)).toEqual({ shown: [], nextCursor: null })
})
