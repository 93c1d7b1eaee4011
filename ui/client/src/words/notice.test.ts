import { expect, test } from 'vitest'
import { noticeOf } from './notice.ts'

test('a connection to an inner address was refused without a word of what would allow it', () => {
  const data = { host: 'registry.example.org', port: 443, count: 2, outcome: 'refused', reason: 'ADDRESS_NOT_PUBLIC' }
  expect(noticeOf('NetworkConnectionRecorded', data, null).text).toBe(
    'Network: 2 connections to registry.example.org refused: its address is not on the public internet; it is reached once its address is named as well, beside its name',
  )
})
