import { readFile, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { err, ok } from '@mosaic/contracts/kernel'
import type { GitResult, Submodules } from './contract/index.ts'
import { firstLine } from './failures.ts'
import type { Checkout, GitSandbox } from './git-sandbox.ts'
import type { Mirrors } from './mirrors.ts'
import { hasControlCharacter } from './names.ts'
import { type Gitlink, type Gitlinks, submoduleAddress } from './submodules.ts'

type FillDeps = { readonly gitlinks: Gitlinks; readonly sandbox: GitSandbox; readonly mirrors: Mirrors }
type Filled = Submodules['filled'][number]
type Parent = { readonly repository: string; readonly mirror: string; readonly commit: string; readonly path: string }

const mostDeep = 5
const mostInAll = 100
/** An agent waits for it: what is not there by then stays empty. */
const patienceMs = 120_000

/** In a worktree's git folder: what has become of its submodules. */
const recordName = 'submodules.json'

/**
 * Fills the folders of a fresh worktree's submodules from mirrors of theirs, as far as that can be done: an agent's
 * sandbox has no network to do it itself. Of those that stay empty it says why.
 */
export async function fillSubmodules(
  deps: FillDeps,
  checkout: Checkout,
  of: Pick<Parent, 'repository' | 'commit'> & { isTrusted(url: string): Promise<boolean> },
): Promise<Submodules> {
  const filled: Filled[] = []
  const empty: { path: string; reason: string }[] = []
  const deadline = performance.now() + patienceMs
  const fillFrom = async (parent: Parent, depth: number): Promise<void> => {
    for (const link of await deps.gitlinks.of(parent.mirror, parent.commit)) {
      const path = posix.join(parent.path, link.path)
      const within = depth < mostDeep && filled.length < mostInAll && performance.now() < deadline
      const trusted = depth > 0 || (link.url !== undefined && (await of.isTrusted(link.url)))
      const found = within && trusted ? await find(deps, parent.repository, link) : err(skipped(within))
      const index = `submodule-${filled.length}`
      const made = found.ok ? await fill(deps, checkout, { path, index, ...found.value }) : found
      if (!made.ok) {
        empty.push({ path, reason: made.error.message })
        continue
      }
      filled.push({ path, index, mirror: made.value.mirror })
      await fillFrom({ ...made.value, path }, depth + 1)
    }
  }
  await fillFrom({ ...of, mirror: checkout.mirrorPath, path: '' }, 0)
  const submodules = { filled, empty }
  await writeFile(join(checkout.gitPath, recordName), JSON.stringify(submodules))
  return submodules
}

/** What `fillSubmodules` has said of a worktree that is there already. */
export async function submodulesOf({ gitPath }: Pick<Checkout, 'gitPath'>): Promise<Submodules> {
  const record = await readFile(join(gitPath, recordName), 'utf8').catch(() => undefined)
  return record === undefined ? { filled: [], empty: [] } : (JSON.parse(record) as Submodules)
}

const skipped = (isWithin: boolean) =>
  ({
    code: 'REPOSITORY_NOT_ALLOWED',
    message: isWithin ? 'only an agent’s branch names its repository' : 'there are too many, or they take too long',
  }) as const

type Found = Omit<Parent, 'path'>

async function find({ mirrors }: FillDeps, parent: string, link: Gitlink): Promise<GitResult<Found>> {
  const { url, commit, path } = link
  if (url === undefined) return err({ code: 'REPOSITORY_NOT_FOUND', message: '.gitmodules names no repository for it' })
  if (hasControlCharacter(path)) {
    return err({ code: 'REPOSITORY_NOT_ALLOWED', message: 'its path holds control characters' })
  }
  const address = submoduleAddress(parent, url)
  if (!address.ok) return address
  const mirror = await mirrors.holding(address.value, commit)
  return mirror.ok ? ok({ repository: address.value, mirror: mirror.value, commit }) : mirror
}

const script = `set -eu
mkdir -p -- "$FOLDER"
cd -- "$FOLDER"
export GIT_DIR="$SUBMODULE" GIT_WORK_TREE="$PWD" GIT_INDEX_FILE="$PRIVATE/$INDEX"
exec git read-tree --reset -u "$COMMIT"`

/** Nothing in there is an agent's yet: the mirror's files are written, and nothing is run for them. */
async function fill(
  { sandbox }: FillDeps,
  checkout: Checkout,
  { path, index, ...found }: Found & { readonly path: string; readonly index: string },
): Promise<GitResult<Found>> {
  const variables = { SUBMODULE: found.mirror, FOLDER: path, INDEX: index, COMMIT: found.commit }
  const job = { script, variables, reads: [found.mirror], writes: true }
  const output = await sandbox.run(checkout, job, 'nobody')
  if (output.timedOut) return err({ code: 'GIT_TIMEOUT', message: 'writing its files took too long' })
  return output.code === 0 ? ok(found) : err({ code: 'CHECKOUT_FAILED', message: firstLine(output.stderr) })
}
