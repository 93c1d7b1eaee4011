import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { err, ok } from '@mosaic/contracts/kernel'
import type { GitResult } from './contract/index.ts'
import { diskFull, firstLine, isDiskFull, saysDiskFull, timedOut } from './failures.ts'
import type { GitOutput } from './git-command.ts'
import { privateFolder, type StartedJob } from './git-sandbox.ts'
import { readOffer } from './offer.ts'
import { CommitTooLarge, type Quarantine } from './quarantine.ts'
import type { Tip, Work } from './work.ts'
import { removeTree } from './worktree-folder.ts'

/** Shell: `watched COMMAND…` ends a git that waits for a pipe where it looks for a file of its own, and names it. */
export const namePipe = readFileSync(join(import.meta.dirname, 'name-pipe.sh'), 'utf8')

/** More than this in one commit is build output, not work. */
export const maxCommitBytes = 64 * 1024 ** 2

/**
 * Stages everything that .gitignore allows on a copy of the index, and says what the tree is and what of it the
 * mirror lacks. A repository inside the worktree would become a submodule that nobody else can fetch: left out.
 */
const stageScript = `${namePipe}${readFileSync(join(import.meta.dirname, 'stage.sh'), 'utf8')}`

/** `leftOut`: changes that are no part of the tree, as far as the agent's side tells. */
export type Staged = { readonly tree: string; readonly leftOut: readonly string[] }

/** Answers the tree, which is in the quarantine and complete then; nothing is believed of what the sandbox says. */
export async function stageAll(work: Work, tip: Tip, quarantine: Quarantine): Promise<GitResult<Staged>> {
  const { gitPath } = work.worktree
  const objects = work.stagesOnDisk ? join(gitPath, privateFolder, 'objects') : undefined
  try {
    return await stageIn(objects, { work, tip, quarantine })
  } finally {
    if (objects !== undefined) await removeTree(objects)
  }
}

type Staging = { readonly work: Work; readonly tip: Tip; readonly quarantine: Quarantine }

async function stageIn(objects: string | undefined, { work, tip, quarantine }: Staging): Promise<GitResult<Staged>> {
  const { filled } = work.worktree.submodules
  const variables = {
    TIP: tip.commit,
    TIP_TREE: tip.tree,
    SUBMODULES: filled.map(({ index, mirror, path }) => `${index}\t${mirror}\t${path}\n`).join(''),
    FILLED: filled.map(({ path }) => `${path}\n`).join(''),
    ...(objects !== undefined && { OBJECTS: objects }),
    ...((work.stagesOnDisk || work.filesAlone) && { MOST_BYTES: String(work.mostBytes) }),
    ...(work.filesAlone && { FILES_ALONE: 'yes' }),
  }
  const reads = filled.map(({ mirror }) => mirror)
  const job = await work.inside({ script: stageScript, variables, reads, writes: false })
  const offer = await receive(job, quarantine, work.mostBytes)
  const output = await job.finished
  if (offer instanceof CommitTooLarge) return tooLarge(work.mostBytes)
  if (output.code !== 0 && (await isDiskFull(work.worktree.gitPath))) return diskFull()
  if (isTooLarge(output)) return tooLarge(work.mostBytes)
  if (output.timedOut) return timedOut('Looking at the files of the worktree')
  if (offer && !offer.accepted.ok) return offer.accepted
  if (output.code !== 0 || !offer) return stagingFailed(output)
  const leftOut = [...output.stderr.matchAll(/^left out: (.+)$/gm)].map(([, path = '']) => path).slice(0, 50)
  return offer.tree === tip.tree ? nothingToCommit(leftOut) : ok({ tree: offer.tree, leftOut })
}

function nothingToCommit(leftOut: readonly string[]): GitResult<never> {
  const but =
    leftOut.length > 0
      ? ` What is below a submodule or in a repository of its own is no part of this one: ${leftOut.slice(0, 10).join(', ')}.`
      : ''
  const details = leftOut.length > 0 ? { details: { leftOut } } : {}
  return err({ code: 'NOTHING_TO_COMMIT', message: `Nothing has changed since the last commit.${but}`, ...details })
}

type Received = { readonly tree: string; readonly accepted: GitResult<void> }

async function receive(
  job: StartedJob,
  quarantine: Quarantine,
  mostBytes: number,
): Promise<Received | CommitTooLarge | undefined> {
  try {
    const offer = await readOffer(job.stdout)
    if (!offer) return undefined
    const accepted = offer.pack ? await quarantine.accept(offer.pack, mostBytes) : ok(undefined)
    // It may be talking without end.
    if (!accepted.ok) job.kill()
    return { tree: offer.tree, accepted }
  } catch (error) {
    job.kill()
    if (error instanceof CommitTooLarge) return error
    throw error
  }
}

/** The scratch folder of the sandbox is full, or one file is more than any may be. */
const isTooLarge = ({ code, stderr }: GitOutput): boolean =>
  code !== 0 && (saysDiskFull(stderr) || /File too large/.test(stderr))

function stagingFailed({ stderr }: GitOutput): GitResult<never> {
  return err({ code: 'STAGING_FAILED', message: `The changes cannot be staged: ${firstLine(stderr)}` })
}

export function tooLarge(most: number, bytes?: number, files: readonly string[] = []): GitResult<never> {
  const limit = Math.ceil(most / 1024 ** 2)
  const size = bytes === undefined ? `More than ${limit} MB` : `${Math.ceil(bytes / 1024 ** 2)} MB`
  return err({
    code: 'COMMIT_TOO_LARGE',
    message: `${size} in one commit, where ${limit} MB are allowed. Put build output into .gitignore.`,
    details: { ...(bytes === undefined ? {} : { bytes }), files: files.slice(0, 10) },
  })
}
