import { succeeded } from './failures.ts'
import type { RunGit } from './git-command.ts'

export type SnapshotFile = {
  readonly path: string
  readonly mode: string
  readonly blob: string
  readonly bytes: number
}

const regular: ReadonlySet<string> = new Set(['100644', '100755'])

/** What stands in one commit, read from the mirror: no file of a worktree, and no program of the repository. */
export class Snapshot {
  readonly branch: string
  readonly commit: string
  readonly #git: RunGit
  readonly #gitDir: string

  constructor(git: RunGit, { mirror, branch, commit }: { mirror: string; branch: string; commit: string }) {
    this.#git = git
    this.#gitDir = `--git-dir=${mirror}`
    this.branch = branch
    this.commit = commit
  }

  /** Whether all of its folders can be read. */
  async isReadable(): Promise<boolean> {
    return (
      (await this.#git([this.#gitDir, 'ls-tree', '-r', '-z', '--name-only', '--full-tree', this.commit])).code === 0
    )
  }

  /** Everything below these paths, without looking into submodules; all there is where none is named. */
  async files(...paths: readonly string[]): Promise<SnapshotFile[]> {
    const list = [this.#gitDir, 'ls-tree', '-r', '-l', '-z', '--full-tree', this.commit, '--', ...paths]
    const entries = succeeded(await this.#git(list), 'listing a commit').split('\0')
    return entries.flatMap((entry) => {
      const [, mode = '', blob = '', size = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(entry) ?? []
      return path === '' ? [] : [{ path, mode, blob, bytes: size === '-' ? 0 : Number(size) }]
    })
  }

  /** The contents of those that are regular files of at most `mostBytes`, by path. */
  async read(paths: readonly string[], mostBytes: number): Promise<ReadonlyMap<string, string>> {
    const wanted = new Set(paths)
    const found = (await this.files(...paths)).filter(
      ({ path, mode, bytes }) => wanted.has(path) && regular.has(mode) && bytes <= mostBytes,
    )
    if (found.length === 0) return new Map()
    const chunks: Buffer[] = []
    const input = found.map(({ blob }) => `${blob}\n`).join('')
    const onOutput = (chunk: Buffer) => void chunks.push(chunk)
    succeeded(await this.#git([this.#gitDir, 'cat-file', '--batch'], { input, onOutput }), 'reading a commit')
    return contentsOf(Buffer.concat(chunks), found)
  }
}

/** `<id> blob <size>`, the contents and a line end, for each in the order in which they were asked for. */
function contentsOf(answer: Buffer, asked: readonly SnapshotFile[]): Map<string, string> {
  const contents = new Map<string, string>()
  let at = 0
  for (const { path, bytes } of asked) {
    at = answer.indexOf('\n', at) + 1
    contents.set(path, answer.toString('utf8', at, at + bytes))
    at += bytes + 1
  }
  return contents
}
