import { posix } from 'node:path'
import { err, ok } from '@mosaic/contracts/kernel'
import { LRUCache } from 'lru-cache'
import type { GitResult } from './contract/index.ts'
import type { RunGit } from './git-command.ts'
import { parseRepository } from './repository-address.ts'

/** Where a commit has a submodule: the repository that `.gitmodules` names for it, and the commit of that. */
export type Gitlink = { readonly path: string; readonly commit: string; readonly url: string | undefined }

const gitlinkEntry = /^160000 commit ([0-9a-f]+)\t(.+)$/s
const settingName = /^submodule\.(.+)\.(path|url)\n(.*)$/s

/** Commits do not change: what one links to is read once for all sessions that begin there. */
export class Gitlinks {
  readonly #git: RunGit
  readonly #known = new LRUCache<string, readonly Gitlink[]>({ max: 100 })

  constructor(git: RunGit) {
    this.#git = git
  }

  async of(mirror: string, commit: string): Promise<readonly Gitlink[]> {
    const key = `${mirror} ${commit}`
    const links = this.#known.get(key) ?? (await gitlinksOf(this.#git, mirror, commit))
    if (links) this.#known.set(key, links)
    return links ?? []
  }
}

/** What the tree of a commit says, if it can be read in the mirror: git parses, and starts nothing. */
async function gitlinksOf(git: RunGit, mirror: string, commit: string): Promise<Gitlink[] | undefined> {
  const tree = await git([`--git-dir=${mirror}`, 'ls-tree', '-r', '-z', '--full-tree', commit])
  if (tree.code !== 0) return undefined
  const links = tree.stdout.split('\0').flatMap((entry) => {
    const [, id, path] = gitlinkEntry.exec(entry) ?? []
    return id && path ? [{ path, commit: id }] : []
  })
  if (links.length === 0) return []
  const urls = await urlsOf(git, mirror, commit)
  return links.map((link) => ({ ...link, url: urls.get(link.path) }))
}

/** The addresses in a commit's `.gitmodules`, by path. */
async function urlsOf(git: RunGit, mirror: string, commit: string): Promise<Map<string, string>> {
  const pattern = String.raw`^submodule\..*\.(path|url)$`
  const blob = ['--blob', `${commit}:.gitmodules`, '--null', '--get-regexp', pattern]
  const { stdout } = await git([`--git-dir=${mirror}`, 'config', '--no-includes', ...blob])
  const named = new Map<string, { path?: string; url?: string }>()
  for (const setting of stdout.split('\0')) {
    const [, name, key, value] = settingName.exec(setting) ?? []
    if (name && key && value) named.set(name, { ...named.get(name), [key]: value })
  }
  return new Map([...named.values()].flatMap(({ path, url }) => (path && url ? [[path, url] as const] : [])))
}

/**
 * The repository that a submodule's address means, as git-submodule(1) reads it: `./` and `../` are relative to the
 * repository it is in. One that is on another machine names no folder of this one.
 */
export function submoduleAddress(parent: string, url: string): GitResult<string> {
  const isRelative = /^\.{1,2}(?:\/|$)/.test(url)
  const address = parseRepository(isRelative ? relativeTo(parent, url) : url)
  if (!address.ok) return address
  const within = parseRepository(parent)
  if (address.value.kind === 'local' && within.ok && within.value.kind === 'remote') {
    const message = 'a repository of another machine names a folder of this one'
    return err({ code: 'REPOSITORY_NOT_ALLOWED', message })
  }
  return ok(address.value.url)
}

function relativeTo(parent: string, url: string): string {
  const [, root = '', path = ''] = /^((?:[a-z][a-z0-9+.-]*:\/\/[^/]+|[^/:]+:(?!\/\/))?)(.*)$/is.exec(parent) ?? []
  const joined = posix.join(path === '' ? '/' : path, url).replace(/\/$/, '')
  return root + joined
}
