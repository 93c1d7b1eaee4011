import { succeeded } from './failures.ts'
import type { GitOutput, RunGit } from './git-command.ts'

export type SnapshotFile = {
  readonly path: string
  readonly mode: string
  readonly blob: string
  readonly bytes: number
}

/** In characters: what is larger is read again by whoever wants it. */
const mostKept = 128 * 1024

/** How an entry of a listing begins that is a commit of another repository. */
const submodule = '\u0000160000 '

const regular: ReadonlySet<string> = new Set(['100644', '100755'])

/** What stands in one commit, read from the mirror: no file of a worktree, and no program of the repository. */
export class Snapshot {
  readonly mirror: string
  readonly commit: string
  readonly #git: RunGit
  readonly #gitDir: string
  readonly #read = new Map<string, Promise<ReadonlyMap<string, string>>>()
  readonly #heal: () => Promise<boolean>
  #readable: Promise<boolean> | undefined
  #hasSubmodules = false

  /** @param heal Mends a mirror that has broken since it was looked at, as far as that can be done. */
  constructor(git: RunGit, { mirror, commit }: { mirror: string; commit: string }, heal: () => Promise<boolean>) {
    this.#git = git
    this.#heal = heal
    this.#gitDir = `--git-dir=${mirror}`
    this.mirror = mirror
    this.commit = commit
  }

  /** Whether all of its folders can be read. */
  isReadable(): Promise<boolean> {
    if (!this.#readable) {
      this.#readable = this.#listsAll()
      this.#readable.catch(() => (this.#readable = undefined))
    }
    return this.#readable
  }

  /** Whether other repositories have their places in it; `false` where it cannot be read. */
  async hasSubmodules(): Promise<boolean> {
    return (await this.isReadable()) && this.#hasSubmodules
  }

  /** What is listed may be long, and comes in pieces: of each so much is kept that a mode is seen which goes across two. */
  async #listsAll(): Promise<boolean> {
    const list = [this.#gitDir, 'ls-tree', '-r', '-z', '--full-tree', this.commit]
    let last = '\u0000'
    const onOutput = (chunk: Buffer) => {
      const listed = last + chunk.toString('latin1')
      this.#hasSubmodules ||= listed.includes(submodule)
      last = listed.slice(-submodule.length)
    }
    return (await this.#git(list, { onOutput })).code === 0
  }

  /** Everything below these paths, without looking into submodules; all there is where none is named. */
  async files(...paths: readonly string[]): Promise<SnapshotFile[]> {
    const list = [this.#gitDir, 'ls-tree', '-r', '-l', '-z', '--full-tree', this.commit, '--', ...paths]
    const listed = await this.#orHealed(() => this.#git(list))
    const entries = succeeded(listed, 'listing a commit').split('\0')
    return entries.flatMap((entry) => {
      const [, mode = '', blob = '', size = '', path = ''] = /^(\d+) \w+ ([0-9a-f]+) +(\d+|-)\t(.*)$/s.exec(entry) ?? []
      return path === '' ? [] : [{ path, mode, blob, bytes: size === '-' ? 0 : Number(size) }]
    })
  }

  /** The contents of those that are regular files of at most `mostBytes`, by path. What is small is read once. */
  read(paths: readonly string[], mostBytes: number): Promise<ReadonlyMap<string, string>> {
    const key = `${mostBytes} ${paths.join('\0')}`
    const known = this.#read.get(key)
    if (known) return known
    const reading = this.#contents(paths, mostBytes)
    this.#read.set(key, reading)
    const forget = () => this.#read.delete(key)
    reading.then((contents) => (isSmall(contents) ? undefined : forget()), forget)
    return reading
  }

  async #contents(paths: readonly string[], mostBytes: number): Promise<ReadonlyMap<string, string>> {
    const wanted = new Set(paths)
    const found = (await this.files(...paths)).filter(
      ({ path, mode, bytes }) => wanted.has(path) && regular.has(mode) && bytes <= mostBytes,
    )
    if (found.length === 0) return new Map()
    let chunks: Buffer[] = []
    const input = found.map(({ blob }) => `${blob}\n`).join('')
    const onOutput = (chunk: Buffer) => void chunks.push(chunk)
    const output = await this.#orHealed(() => {
      chunks = []
      return this.#git([this.#gitDir, 'cat-file', '--batch'], { input, onOutput })
    })
    succeeded(output, 'reading a commit')
    return contentsOf(Buffer.concat(chunks), found)
  }

  /** Whether it can be read is looked at once, and may be long ago. */
  async #orHealed(read: () => Promise<GitOutput>): Promise<GitOutput> {
    const output = await read()
    if (output.code === 0 || output.timedOut) return output
    this.#readable = undefined
    return (await this.#heal()) ? read() : output
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

function isSmall(contents: ReadonlyMap<string, string>): boolean {
  let size = 0
  for (const content of contents.values()) size += content.length
  return size <= mostKept
}
