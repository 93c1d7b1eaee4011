import { expect, test } from 'vitest'
import { isQuiet, noticeOf } from './notice.ts'

test('a connection to an inner address was refused without a word of what would allow it', () => {
  const data = { host: 'registry.example.org', port: 443, count: 2, outcome: 'refused', reason: 'ADDRESS_NOT_PUBLIC' }
  expect(noticeOf('NetworkConnectionRecorded', data, null).text).toBe(
    'Network: 2 connections to registry.example.org refused: its address is not on the public internet; it is reached once its address is named as well, beside its name',
  )
})

test('a session that its own instance had taken up anew was said to come from another orchestrator', () => {
  expect(noticeOf('SessionClaimed', { epoch: 2 }, null).text).toBe(
    'Taken up anew by an orchestrator, after a restart or from another',
  )
})

test('the first push of a branch was said to be tried again', () => {
  const push = { state: 'pushed', as: 'mosaic/a' }
  expect(noticeOf('BranchPushed', { push, commit: '0123456789' }, null).text).toBe('Branch pushed as mosaic/a')
})

test('whoever followed a session read of every connection that had gone as it was meant to, also of none', () => {
  const data = { host: 'registry.example.org', port: 443, count: 0, bytesReceived: 5000, bytesSent: 12, reason: null }
  const [allowed, refused] = ['allowed', 'refused'].map((outcome) => ({ ...data, outcome }))
  expect([isQuiet('NetworkConnectionRecorded', allowed!), isQuiet('NetworkConnectionRecorded', refused!)]).toEqual([
    true,
    false,
  ])
  expect(noticeOf('NetworkConnectionRecorded', allowed!, null).text).toBe(
    'Network: open connections to registry.example.org, 5 kB received, 12 bytes sent',
  )
})
