import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { type Maker, makeHostile, modules } from './git-hostile-repository.ts'

type Trap = { readonly name: string; readonly weight: number; readonly set: (maker: Maker, worktree: string) => void }

const oddNames = [
  '-rf',
  '--exec=x',
  'a\nb',
  'q"uote',
  ':(top)x',
  ':!y',
  '$(touch z)',
  'tab\tin',
  'back\\slash',
  '.git ',
  'git~1',
  '.GIT_',
  ' ',
]
const folders = ['', 'deep', 'deep/er', 'src/a b', 'd\ni', '-x', 'sub/below', 'l/o/n/g']

/** What an agent may have written besides its work. Heavy ones are rare. */
const traps: readonly Trap[] = [
  { name: 'nested repository', weight: 50, set: (maker, at) => makeHostile(maker, placeFor(maker, at)) },
  {
    name: 'repository in the submodule',
    weight: 10,
    set: (maker, at) => replaced(at, 'sub', (path) => makeHostile(maker, path)),
  },
  { name: 'replaced .git', weight: 5, set: replaceGit },
  { name: 'like a bare repository', weight: 4, set: likeBare },
  {
    name: 'odd name',
    weight: 8,
    set: ({ random }, at) => writeFileSync(join(at, pick(random, oddNames)), `${random.next()}`),
  },
  {
    name: 'attributes',
    weight: 6,
    // What stands there may be a pipe, which would be waited for, or a link out of the worktree.
    set: (maker, at) => replaced(at, '.gitattributes', (path) => writeFileSync(path, attributes(maker))),
  },
  {
    name: 'modules',
    weight: 1,
    set: ({ program }, at) => replaced(at, '.gitmodules', (path) => writeFileSync(path, modules(program))),
  },
  { name: 'links', weight: 6, set: links },
  {
    name: 'modes',
    weight: 2,
    set: ({ random }, at) => setMode(join(at, `mode-${random.between(0, 99)}`), random.between(0, 0o7777)),
  },
  {
    name: 'bytes that are no text',
    weight: 2,
    set: (_, at) => writeFileSync(Buffer.from(`${at}/\xff\xfe`, 'latin1'), 'x'),
  },
  { name: 'huge file', weight: 0.3, set: (_, at) => hugeFile(join(at, 'huge.bin')) },
  { name: 'pipe', weight: 1, set: ({ random }, at) => pipe(at, `pipe-${random.between(0, 99)}`) },
  {
    name: 'pipe that git waits for',
    weight: 0.2,
    set: ({ random }, at) =>
      replaced(at, pick(random, ['.gitignore', '.gitattributes', '.gitmodules']), (path) => pipe(at, basename(path))),
  },
  {
    name: 'file that is a folder',
    weight: 0.4,
    set: (_, at) => replaced(at, '.gitattributes', (path) => mkdirSync(path)),
  },
]

/** Sets as many traps; answers their names. */
export function setTraps(maker: Maker, worktree: string, count: number): string[] {
  return Array.from({ length: count }, () => {
    const trap = pickTrap(maker)
    try {
      trap.set(maker, worktree)
    } catch (error) {
      // Traps stand in each other's way: a link where another wants a folder.
      if (!(error instanceof Error && ('code' in error || 'status' in error))) throw error
    }
    return trap.name
  })
}

/** Goes on changing folders into links and back, as a process that an agent left behind would. */
export const swapScript = (target: string): string =>
  `while :; do for d in deep src sub; do mv -T "$d" ".aside"; ln -s '${target}' "$d"; rm "$d"; mv -T .aside "$d"; done; done 2>/dev/null`

function pickTrap({ random }: Maker): Trap {
  let rest = random.next() * traps.reduce((sum, { weight }) => sum + weight, 0)
  return traps.find(({ weight }) => (rest -= weight) < 0) ?? traps[0]!
}

function pick<T>(random: Maker['random'], values: readonly T[]): T {
  return values[random.between(0, values.length - 1)]!
}

/** We write as who runs us, perhaps as root: a link on the way would lead to files of the machine. */
function folderWithin(worktree: string, folder: string): string {
  let path = worktree
  for (const name of folder.split('/').filter((part) => part !== '')) {
    path = join(path, name)
    if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) continue
    rmSync(path, { force: true })
    mkdirSync(path)
  }
  return path
}

function placeFor({ random }: Maker, worktree: string): string {
  const folder = folderWithin(worktree, pick(random, folders))
  return join(folder, `${pick(random, ['n', '-n', 'n\nl', 'n "q"', 'ñ'])}${random.between(0, 9999)}`)
}

function replaced(worktree: string, name: string, make: (path: string) => void): void {
  rmSync(join(worktree, name), { recursive: true, force: true })
  make(join(worktree, name))
}

function replaceGit(maker: Maker, worktree: string): void {
  const own = join(worktree, `own${maker.random.between(0, 9999)}`)
  makeHostile(maker, own)
  replaced(worktree, '.git', (path) => {
    if (maker.random.next() < 0.4) renameSync(join(own, '.git'), path)
    else if (maker.random.next() < 0.5) symlinkSync(join(own, '.git'), path)
    else writeFileSync(path, `gitdir: ${own}/.git\n`)
  })
}

function likeBare(maker: Maker, worktree: string): void {
  const own = placeFor(maker, worktree)
  makeHostile(maker, own)
  const target = maker.random.next() < 0.5 ? worktree : own
  for (const name of readdirSync(join(own, '.git'))) renameSync(join(own, '.git', name), join(target, name))
}

const attributes = ({ random }: Maker): string =>
  [
    '* filter=e diff=e merge=e',
    '* working-tree-encoding=UTF-16',
    '* text eol=crlf ident',
    '* binary',
    '[attr]e filter=e -diff',
    '* export-subst merge=union',
  ]
    .filter(() => random.next() < 0.4)
    .join('\n')

function links({ random, program }: Maker, worktree: string): void {
  const name = pick(random, ['.gitattributes', '.gitignore', '.gitmodules', 'link', 'readme.md', 'src'])
  const target = pick(random, ['/', '/proc/version', program, '.', '..', 'loop', '/proc/self/root'])
  replaced(worktree, name, (path) => symlinkSync(target, path))
}

function setMode(path: string, mode: number): void {
  writeFileSync(path, 'x')
  chmodSync(path, mode)
}

function hugeFile(path: string): void {
  writeFileSync(path, '')
  truncateSync(path, 80 * 1024 ** 2)
}

function pipe(folder: string, name: string): void {
  execFileSync('sh', ['-c', 'mkfifo -- "$1"', 'sh', name], { cwd: folder, stdio: 'pipe' })
}
