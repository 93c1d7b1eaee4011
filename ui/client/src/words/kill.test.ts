import { expect, test } from 'vitest'
import { isKillUnconfirmed, killWayOut } from './kill.ts'

const at = '2026-01-02T03:04:05.000Z'
const requested = [{ step: 'requested' as const, at }]
const later = (seconds: number) => Date.parse(at) + seconds * 1000

test.each([
  ['one that nobody has killed', 'running', [], 60, false],
  ['one that is being killed', 'running', requested, 4, false],
  ['one of whom there is no proof in time', 'running', requested, 6, true],
  ['a waiting one as well', 'waiting', requested, 6, true],
  ['one of whom the proof has come', 'killed', requested, 60, false],
  ['one that had ended before', 'completed', requested, 60, false],
] as const)('%s', (_, status, killReceipt, seconds, expected) => {
  expect(isKillUnconfirmed({ status, killReceipt: [...killReceipt] }, later(seconds))).toBe(expected)
})

test('what to do names what to look for, by where it ran', () => {
  const capabilities = { pause: 'freezes', bargeIn: 'at-once', killProof: 'kernel' } as const
  const sandbox = { id: 'x', guarantees: null }
  const of = (kind: 'docker' | 'bubblewrap') =>
    killWayOut({ sessionId: 'ID', capabilities, sandbox: { ...sandbox, kind } })
  expect(of('docker')).toContain('docker ps --filter label=mosaic.session=ID')
  expect(of('bubblewrap')).toContain('MOSAIC_SESSION_ID=ID')
})
