import { expect, test } from 'vitest'
import type { StoredRef } from '../git/index.ts'
import type { RosterEntry } from '../sessions/roster.ts'
import { expired } from './expired.ts'

const day = 86_400_000
const now = 1000 * day
const ref = (kind: StoredRef['kind'], revision: number, days: number): StoredRef => ({
  kind,
  ref: `${kind}-${revision}`,
  at: now - days * day,
  sessionId: 's',
  revision,
})
const refs = [ref('checkpoint', 4, 40), ref('checkpoint', 9, 30), ref('uncommitted', 0, 30), ref('base', 0, 50)]
const ages = { checkpoints: 7 * day, uncommitted: null, branches: 90 * day, mirrors: 90 * day }

const session = (over: object, endedDaysAgo = 30) =>
  ({
    released: true,
    session: {
      status: 'completed',
      endedAt: new Date(now - endedDaysAgo * day).toISOString(),
      leftWork: null,
      uncommitted: null,
      isPruned: false,
      branch: 'mosaic/x',
      ...over,
    },
  }) as unknown as RosterEntry
const kept = { commit: 'k' }
const goes = (known: RosterEntry | undefined, over: Partial<typeof ages> | { uncommitted: number } = {}) => {
  const { checkpoints, uncommitted, branch } = expired(refs, known, { ages: { ...ages, ...over }, now })
  return [...[...checkpoints, ...uncommitted].map((each) => each.ref), ...(branch ? ['branch'] : [])]
}

test.each<[string, RosterEntry | undefined, string[]]>([
  ['one that has just ended keeps all', session({}, 1), []],
  [
    'of one that has ended long ago checkpoints go, and what was decided',
    session({}),
    ['checkpoint-4', 'checkpoint-9', 'uncommitted-0'],
  ],
  ['what nobody has decided about stays', session({ uncommitted: kept }), ['checkpoint-4', 'checkpoint-9']],
  ['where its end could not be kept all stays but older ones', session({ leftWork: kept }), ['checkpoint-4']],
  ['of one that lives the newest stays', session({ status: 'running', endedAt: null }), ['checkpoint-4']],
  [
    'one that has not given back what it held is as one that lives',
    { ...session({}), released: false },
    ['checkpoint-4'],
  ],
  ['of one that is not in the log checkpoints go', undefined, ['checkpoint-4', 'checkpoint-9']],
])('%s', (_, known, expected) => {
  expect(goes(known)).toEqual(expected)
})

test('what nobody has decided about goes where that is asked for', () => {
  expect(goes(session({ uncommitted: kept }), { uncommitted: 20 * day })).toContain('uncommitted-0')
  expect(goes(session({ uncommitted: kept }), { uncommitted: 31 * day })).not.toContain('uncommitted-0')
})

test('a branch goes by its own time, never before what was not committed has been decided, and once', () => {
  expect(goes(session({}, 100))).toContain('branch')
  expect(goes(session({}, 89))).not.toContain('branch')
  expect(goes(session({ uncommitted: kept }, 100))).not.toContain('branch')
  expect(goes(session({ isPruned: true }, 100))).not.toContain('branch')
})
