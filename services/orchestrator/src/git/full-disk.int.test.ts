import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { valueOf } from '../../test/git-result.ts'
import { mayMount, SmallDisk } from '../../test/small-disk.ts'
import { TestRepository } from '../../test/user-repository.ts'
import type { AgentSandbox, GitWorkspace, Worktree } from './contract/index.ts'
import { createGitWorkspace } from './workspace.ts'

const megabyte = 1024 ** 2
const page = 4096

describe.runIf(mayMount)('uncommitted work on a full disk (as root)', () => {
  let disk: SmallDisk
  let origin: TestRepository
  let git: GitWorkspace
  let work: Worktree
  const big = randomBytes(3 * megabyte)

  beforeEach(async () => {
    disk = new SmallDisk(24 * megabyte)
    origin = new TestRepository()
    git = createGitWorkspace({ root: join(disk.path, 'git') })
    const request = { repository: origin.path, baseBranch: 'main', branch: 'mosaic/work', agentId: 'a', taskId: 't' }
    work = valueOf(await git.createWorktree(request))
    writeFileSync(join(work.path, 'big.bin'), big)
  })
  afterEach(() => {
    origin[Symbol.dispose]()
    disk[Symbol.dispose]()
  })

  const keep = () => git.keepUncommitted(work, { sessionId: 'a', trailers: {}, push: true })
  const inMirror = (...args: string[]) =>
    execFileSync('git', [`--git-dir=${work.mirrorPath}`, ...args], { encoding: 'utf8', stdio: 'pipe' }).trim()
  const halfDone = () =>
    readdirSync(join(disk.path, 'git'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      /\.lock$|tmp_|^incoming\/.|private\/objects/.test(path),
    )

  // Nothing at all, an index and no more, the new objects and not what the mirror takes of them, that and hardly more.
  it.each([0, page, 8 * page, megabyte, 3 * megabyte + 8 * page, 5 * megabyte, 6 * megabyte])(
    'with %i bytes left it is kept whole or stays whole in the worktree, and can be kept later',
    async (left) => {
      disk.fill(left)
      const first = await keep()
      if (!first.ok) expect(first.error).toEqual({ code: 'DISK_FULL', message: 'The disk is full.' })
      expect(inMirror('for-each-ref', 'refs/mosaic/wip').split('\n').filter(Boolean)).toHaveLength(first.ok ? 1 : 0)
      expect(readFileSync(join(work.path, 'big.bin')).equals(big)).toBe(true)
      expect(halfDone()).toEqual([])
      expect(inMirror('fsck', '--strict', '--no-dangling')).toBe('')

      disk.free()
      const { work: kept } = valueOf(await keep())
      expect(kept).toMatchObject({ files: 1, push: { state: 'pushed' } })
      expect(inMirror('cat-file', '-s', `${kept?.ref}:big.bin`)).toBe(String(big.length))
      expect(halfDone()).toEqual([])
    },
  )

  it.each([0, page, 8 * page, megabyte, 3 * megabyte + 8 * page, 6 * megabyte])(
    'with %i bytes left a checkpoint is there as a whole or not at all, and there is one later',
    async (left) => {
      const agent = { kind: 'bubblewrap', whileStill: (step) => step() } satisfies AgentSandbox
      const checkpoint = (revision: number) => git.checkpoint(work, { sessionId: 'a', revision, last: null }, agent)
      disk.fill(left)
      const first = await checkpoint(1)
      if (!first.ok) expect(first.error).toEqual({ code: 'DISK_FULL', message: 'The disk is full.' })
      const refs = inMirror('for-each-ref', 'refs/mosaic/checkpoints').split('\n').filter(Boolean)
      expect(refs).toHaveLength(first.ok ? 1 : 0)
      expect(halfDone()).toEqual([])
      expect(inMirror('fsck', '--strict', '--no-dangling')).toBe('')

      disk.free()
      expect(valueOf(await checkpoint(2))).toMatchObject({ files: 1 })
    },
  )

  it('a commit for which there is no room was called too large', async () => {
    disk.fill()
    expect(await git.commit(work, { message: 'Work', trailers: {} })).toMatchObject({ error: { code: 'DISK_FULL' } })
    disk.free()
    valueOf(await git.commit(work, { message: 'Work', trailers: {} }))
  })
})
