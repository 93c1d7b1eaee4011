import { readdir, readFile, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { StoredMirror, StoredRef, StoredWork } from './contract/index.ts'
import { succeeded } from './failures.ts'
import type { RunGit } from './git-command.ts'
import { workOf } from './names.ts'
import type { Mirrors } from './mirrors.ts'
import { removeTree } from './worktree-folder.ts'

type StoredDeps = { readonly git: RunGit; readonly mirrors: Pick<Mirrors, 'exclusively'>; readonly root: string }

/** What our mirrors hold that no origin asked for: what is kept beside branches, and agents' branches. */
export class Stored implements StoredWork {
  readonly #deps: StoredDeps

  constructor(deps: StoredDeps) {
    this.#deps = deps
  }

  async mirrors(): Promise<StoredMirror[]> {
    const folder = join(this.#deps.root, 'mirrors')
    const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.git'))
    return Promise.all(names.map((name) => this.#look(join(folder, name))))
  }

  async drop(mirror: string, refs: readonly string[]): Promise<void> {
    if (refs.length === 0) return
    const input = refs.map((ref) => `delete ${ref}\n`).join('')
    succeeded(await this.#deps.git([`--git-dir=${mirror}`, 'update-ref', '--stdin'], { input }), 'taking refs away')
    // Those that stay are read as one file, not one by one.
    succeeded(await this.#deps.git([`--git-dir=${mirror}`, 'pack-refs', '--all']), 'packing refs')
  }

  /** Under another name first: whoever wants it from now on makes it anew. */
  removeMirror(mirror: string): Promise<boolean> {
    return this.#deps.mirrors.exclusively(mirror, async () => {
      if (await this.#isUsed(mirror)) return false
      await rename(mirror, `${mirror}.removed`)
      await removeTree(`${mirror}.removed`)
      return true
    })
  }

  async #look(path: string): Promise<StoredMirror> {
    const run = (...args: string[]) => this.#deps.git([`--git-dir=${path}`, ...args])
    const format = '--format=%(refname) %(creatordate:unix)'
    const listed = await run('for-each-ref', format, 'refs/heads', 'refs/mosaic')
    const refs = succeeded(listed, 'listing what is kept').split('\n').flatMap(refOf)
    const url = succeeded(await run('config', '--get', 'remote.origin.url'), 'reading the address of origin')
    const times = await Promise.all([path, join(path, 'FETCH_HEAD')].map((file) => stat(file).catch(() => undefined)))
    const usedAt = Math.max(...times.map((found) => found?.mtimeMs ?? 0))
    return { path, repository: url.trimEnd(), refs, usedAt }
  }

  /** A worktree stands on it. */
  async #isUsed(mirror: string): Promise<boolean> {
    const folder = join(this.#deps.root, 'worktree-git')
    const names = await readdir(folder).catch(() => [])
    const on = names.map((name) => readFile(join(folder, name, 'commondir'), 'utf8').catch(() => ''))
    return (await Promise.all(on)).some((path) => path.trimEnd() === mirror)
  }
}

function refOf(line: string): StoredRef[] {
  const [ref = '', seconds] = line.split(' ')
  const at = Number(seconds) * 1000
  const [, area, name = '', revision] = /^refs\/mosaic\/([a-z]+)\/([^/]+)(?:\/(\d+))?$/.exec(ref) ?? []
  if (area === 'checkpoints') return [{ kind: 'checkpoint', ref, at, sessionId: name, revision: Number(revision) }]
  if (area === 'wip') return [{ kind: 'uncommitted', ref, at, sessionId: name, revision: 0 }]
  if (area === 'base') return [{ kind: 'base', ref, at, sessionId: workOf(name)?.agentId ?? null, revision: 0 }]
  return ref.startsWith('refs/heads/') ? [{ kind: 'branch', ref, at, sessionId: null, revision: 0 }] : []
}
