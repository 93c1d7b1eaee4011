import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { ok } from '@mosaic/contracts/kernel'
import type { FoundWorktree, GitResult, StoredCommit } from './contract/index.ts'
import { succeeded } from './failures.ts'
import type { RunGit } from './git-command.ts'
import type { Mirrors } from './mirrors.ts'

export type BundleDeps = {
  readonly git: RunGit
  readonly mirrors: Pick<Mirrors, 'upToDate' | 'upToDateWithAll' | 'existing' | 'exclusively'>
  /** Where the bundles lie for as long as they are written or read. */
  readonly folder: string
}

/**
 * An agent's branch and its newest checkpoint as one file, without what the origin has of them, for as long as `send` takes.
 * `undefined`: the origin has all of it.
 */
export function makeBundle<T>(
  { git, folder }: BundleDeps,
  { mirrorPath, branch }: Pick<FoundWorktree, 'mirrorPath' | 'branch'>,
  checkpoint: Pick<StoredCommit, 'ref'> | null,
  send: (file: string) => Promise<T>,
): Promise<T | undefined> {
  return inFolder(folder, async (file) => {
    const refs = [`refs/heads/${branch}`, ...(checkpoint ? [checkpoint.ref] : [])]
    const make = [`--git-dir=${mirrorPath}`, 'bundle', 'create', '--quiet', file, ...refs, '--not', '--remotes=origin']
    const made = await git(make)
    // An empty bundle is none.
    if (made.code !== 0 && /empty bundle/i.test(made.stderr)) return undefined
    succeeded(made, 'packing up a branch')
    return send(file)
  })
}

type Taken = {
  readonly repository: string
  readonly baseBranch: string
  /** The session's. */
  readonly branch: string
  /** Writes the file; answers whether there is one. */
  readonly fetch: (file: string) => Promise<boolean>
}

/**
 * Takes such a file into the mirror; a branch that has gone on meanwhile stays where it is. What the file leaves out, the
 * origin is asked for. @throws GitFault where all of that is not enough to have what the file brings
 */
export async function takeBundle(
  { git, mirrors, folder }: BundleDeps,
  { repository, baseBranch, branch, fetch }: Taken,
): Promise<GitResult<void>> {
  return inFolder(folder, async (file) => {
    if (!(await fetch(file))) return ok(undefined)
    for (const name of [baseBranch, branch]) {
      const brought = await mirrors.upToDate(repository, name)
      if (!brought.ok) return brought
    }
    const mirror = mirrors.existing(repository)
    if (!mirror.ok) return mirror
    const first = await take({ git, mirrors }, mirror.value, file)
    if (first === undefined) return ok(undefined)
    // The packer's mirror had other branches as well, e.g. one that was merged in.
    const all = await mirrors.upToDateWithAll(repository)
    if (!all.ok) return all
    const second = await take({ git, mirrors }, mirror.value, file)
    if (second !== undefined) succeeded(second, 'unpacking a branch')
    return ok(undefined)
  })
}

/** What git says where it cannot be taken in. A ref that stays where it is is no such case: all that it brings is here then. */
async function take({ git, mirrors }: Pick<BundleDeps, 'git' | 'mirrors'>, mirror: string, file: string) {
  const at = `--git-dir=${mirror}`
  const refspecs = ['refs/heads/*:refs/heads/*', 'refs/mosaic/*:refs/mosaic/*']
  const fetched = await mirrors.exclusively(mirror, () => git([at, 'fetch', '--quiet', '--no-tags', file, ...refspecs]))
  if (fetched.code === 0) return undefined
  const listed = await git([at, 'bundle', 'list-heads', file])
  const tips = listed.code === 0 ? listed.stdout.split('\n').flatMap((line) => line.split(' ')[0] || []) : []
  const known = await Promise.all(tips.map((tip) => git([at, 'cat-file', '-e', `${tip}^{tree}`])))
  return tips.length > 0 && known.every(({ code }) => code === 0) ? undefined : fetched
}

async function inFolder<T>(root: string, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(root, 'parcel-'))
  try {
    return await work(join(folder, 'bundle'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
