import type { KeptWork } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import { getBack, pushWords, standingWorktree } from './work.ts'

const kept: KeptWork = {
  ref: 'refs/mosaic/wip/one',
  commit: 'c',
  files: 1,
  insertions: 2,
  deletions: 0,
  mirror: '/data/mirrors/a.git',
  push: { state: 'pushed', as: 'refs/mosaic/wip/one' },
}

test.each([
  [{ state: 'pushed', as: 'mosaic/fix' }, 'pushed'],
  [{ state: 'pushed', as: 'mosaic-fix' }, 'pushed as mosaic-fix'],
  [{ state: 'failed', code: 'PUSH_REJECTED', message: 'hook declined' }, 'not pushed: hook declined'],
] as const)('a push that ended with %j reads “%s”', (push, words) => expect(pushWords(push, 'mosaic/fix')).toBe(words))

test('kept changes are got back from the repository, or from the mirror where they are in no other', () => {
  const repository = "/home/ada/it's mine"
  const rest = 'refs/mosaic/wip/one && git cherry-pick --no-commit FETCH_HEAD'
  expect(getBack({ repository }, kept)).toBe(`git fetch '/home/ada/it'\\''s mine' ${rest}`)
  const secret = { ...kept, push: { state: 'failed', code: 'SECRET_FOUND', message: 'a key' } } as const
  expect(getBack({ repository }, secret)).toBe(`git fetch /data/mirrors/a.git ${rest}`)
})

test('the worktree of an ended session was shown as if it were there', () => {
  const place = { worktree: '/data/worktrees/a', status: 'running', leftWork: null } as const
  expect(standingWorktree(place)).toBe('/data/worktrees/a')
  expect(standingWorktree({ ...place, status: 'failed' })).toBeNull()
  const leftWork = { code: 'NO_PART_OF_REPOSITORY', message: 'another repository' } as const
  expect(standingWorktree({ ...place, status: 'failed', leftWork })).toBe('/data/worktrees/a')
})
