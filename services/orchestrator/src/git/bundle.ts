import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ok } from '@mosaic/contracts/kernel'
import type { FoundWorktree, GitResult, StoredCommit } from './contract.ts'
import { succeeded } from './failures.ts'
import type { RunGit } from './git-command.ts'
import type { Mirrors } from './mirrors.ts'

export type BundleDeps = {
  readonly git: RunGit
  readonly mirrors: Pick<Mirrors, 'upToDate' | 'exclusively'>
  /** Where the bundles lie for as long as they are written or read. */
  readonly folder: string
}

/** An agent's branch and its newest checkpoint as one file, without what the origin has of them. */
export function makeBundle(
  { git, folder }: BundleDeps,
  { mirrorPath, branch }: Pick<FoundWorktree, 'mirrorPath' | 'branch'>,
  checkpoint: Pick<StoredCommit, 'ref'> | null,
): Promise<Buffer> {
  return inFolder(folder, async (file) => {
    const refs = [`refs/heads/${branch}`, ...(checkpoint ? [checkpoint.ref] : [])]
    const make = [`--git-dir=${mirrorPath}`, 'bundle', 'create', '--quiet', file, ...refs, '--not', '--remotes=origin']
    const made = await git(make)
    // The origin has all of it: an empty bundle is none.
    if (made.code !== 0 && /empty bundle/i.test(made.stderr)) return Buffer.alloc(0)
    succeeded(made, 'packing up a branch')
    return readFile(file)
  })
}

type Taken = { readonly repository: string; readonly baseBranch: string; readonly bundle: Buffer }

/** Takes such a file into the mirror; a branch that has gone on meanwhile stays where it is. */
export async function takeBundle(
  { git, mirrors, folder }: BundleDeps,
  { repository, baseBranch, bundle }: Taken,
): Promise<GitResult<boolean>> {
  const mirror = await mirrors.upToDate(repository, baseBranch)
  if (!mirror.ok) return mirror
  return inFolder(folder, async (file) => {
    await writeFile(file, bundle, { mode: 0o600 })
    const refspecs = ['refs/heads/*:refs/heads/*', 'refs/mosaic/*:refs/mosaic/*']
    const fetch = [`--git-dir=${mirror.value}`, 'fetch', '--quiet', '--no-tags', file, ...refspecs]
    const fetched = await mirrors.exclusively(mirror.value, () => git(fetch))
    return ok(fetched.code === 0)
  })
}

async function inFolder<T>(root: string, work: (file: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(root, 'parcel-'))
  try {
    return await work(join(folder, 'bundle'))
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
