import { execFileSync } from 'node:child_process'
import {
  constants,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ToolRefusal } from './refusal.ts'
import { openInside } from './worktree-files.ts'

const { O_RDONLY, O_WRONLY, O_CREAT } = constants
let folder: string
let root: string
let outside: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'mosaic-files-'))
  root = join(folder, 'worktree')
  outside = join(folder, 'outside')
  mkdirSync(join(root, 'src'), { recursive: true })
  mkdirSync(outside)
  writeFileSync(join(root, 'src/a.txt'), 'inside')
  writeFileSync(join(outside, 'secret.txt'), 'secret')
})
afterEach(() => rmSync(folder, { recursive: true }))

async function read(path: string): Promise<string> {
  await using file = await openInside(root, path, O_RDONLY)
  return file.readFile('utf8')
}
async function write(path: string, text: string): Promise<void> {
  await using file = await openInside(root, path, O_WRONLY | O_CREAT)
  await file.writeFile(text)
}
const outcome = (action: Promise<unknown>) =>
  action.then(
    () => 'ok',
    (error: unknown) => (error instanceof ToolRefusal ? error.code : (error as NodeJS.ErrnoException).code),
  )

describe('what lies inside', () => {
  it.each(['src/a.txt', './src/../src/a.txt'])('reads %s', async (path) => expect(await read(path)).toBe('inside'))

  it('takes an absolute path that lies inside', async () => expect(await read(join(root, 'src/a.txt'))).toBe('inside'))

  it('follows links that stay inside, also relative, chained and of folders', async () => {
    symlinkSync('src', join(root, 'folder'))
    symlinkSync('../src/a.txt', join(root, 'src/b.txt'))
    symlinkSync(join(root, 'src/b.txt'), join(root, 'c.txt'))
    expect([await read('folder/a.txt'), await read('src/b.txt'), await read('c.txt')]).toEqual(
      Array.from({ length: 3 }, () => 'inside'),
    )
  })

  it('makes missing folders when it writes', async () => {
    await write('new/deep/file.txt', 'x')
    expect(readFileSync(join(root, 'new/deep/file.txt'), 'utf8')).toBe('x')
  })
})

describe('what leads out is refused', () => {
  it.each(['../outside/secret.txt', 'src/../../outside/secret.txt', '/etc/passwd'])('%s', async (path) => {
    expect(await outcome(read(path))).toBe('PATH_OUTSIDE_WORKTREE')
    expect(await outcome(write(path, 'x'))).toBe('PATH_OUTSIDE_WORKTREE')
  })

  it('what is git’s, by way of a link to the root', async () => {
    writeFileSync(join(root, '.git'), 'gitdir: elsewhere')
    symlinkSync('.', join(root, 'self'))
    symlinkSync('..', join(root, 'src/up'))
    symlinkSync('self/.git', join(root, 'named'))
    for (const path of ['self/.git', 'self/self/.git', 'src/up/.git', 'named']) {
      expect(await outcome(read(path))).toBe('PATH_OUTSIDE_WORKTREE')
      expect(await outcome(write(path, 'gitdir: evil'))).toBe('PATH_OUTSIDE_WORKTREE')
    }
    expect(readFileSync(join(root, '.git'), 'utf8')).toBe('gitdir: elsewhere')
    rmSync(join(root, '.git'))
    mkdirSync(join(root, '.git/hooks'), { recursive: true })
    expect(await outcome(write('self/.git/hooks/post-commit', 'x'))).toBe('PATH_OUTSIDE_WORKTREE')
    await write('src/.git', 'of a repository of the agent’s own')
  })

  it('links to files and folders', async () => {
    symlinkSync(join(outside, 'secret.txt'), join(root, 'file'))
    symlinkSync('../outside', join(root, 'folder'))
    symlinkSync('../outside/new.txt', join(root, 'dangling'))
    for (const path of ['file', 'folder/secret.txt', 'folder/new.txt', 'dangling']) {
      expect(await outcome(read(path))).toBe('PATH_OUTSIDE_WORKTREE')
      expect(await outcome(write(path, 'x'))).toBe('PATH_OUTSIDE_WORKTREE')
    }
    expect(readFileSync(join(outside, 'secret.txt'), 'utf8')).toBe('secret')
  })

  it('.git, NUL, folders, pipes, links in a circle', async () => {
    symlinkSync('circle', join(root, 'circle'))
    execFileSync('sh', ['-c', 'mkfifo "$0"', join(root, 'pipe')])
    expect(await outcome(write('.git', 'x'))).toBe('PATH_OUTSIDE_WORKTREE')
    expect(await outcome(read('a\0b'))).toBe('PATH_INVALID')
    expect(await outcome(read('src'))).toBe('NOT_A_FILE')
    expect(await outcome(read('.'))).toBe('NOT_A_FILE')
    expect(await outcome(read('pipe'))).toBe('NOT_A_FILE')
    expect(await outcome(read('circle'))).toBe('PATH_INVALID')
    expect(await outcome(read('src/none.txt'))).toBe('ENOENT')
  })

  it('a folder that turns into a link while files are being written through it', async () => {
    mkdirSync(join(root, 'real'))
    symlinkSync('real', join(root, 'flip'))
    let turns = 0
    const flipping = setInterval(() => {
      turns += 1
      symlinkSync(turns % 2 === 1 ? '../outside' : 'real', join(root, 'next'))
      renameSync(join(root, 'next'), join(root, 'flip'))
    }, 0)
    for (let round = 0; round < 300; round += 1) await outcome(write('flip/new.txt', 'x'))
    clearInterval(flipping)
    expect(turns).toBeGreaterThan(10)
    expect(() => readFileSync(join(outside, 'new.txt'))).toThrow('ENOENT')
  })
})
