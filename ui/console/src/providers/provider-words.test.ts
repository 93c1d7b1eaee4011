import { expect, test } from 'vitest'
import { standingOf } from './provider-words.ts'

// As the reader's zone has it.
const at = new Date(2026, 2, 1, 14, 3, 21).toISOString()
const unreachable = { since: at, code: 'TIMED_OUT', message: 'it did not answer' } as const

test.each([
  [{ state: 'active', unreachable: null, lastContactAt: at }, 'Active'],
  [{ state: 'off', unreachable, lastContactAt: null }, 'Off'],
  [{ state: 'unreachable', unreachable, lastContactAt: at }, 'Unreachable since 2026-03-01 14:03:21'],
  [{ state: 'stale', unreachable: null, lastContactAt: at }, 'Stale: last heard 2026-03-01 14:03:21'],
  [{ state: 'stale', unreachable: null, lastContactAt: null }, 'Stale: not heard yet'],
] as const)('%j reads %s', (provider, words) => expect(standingOf(provider)).toBe(words))
