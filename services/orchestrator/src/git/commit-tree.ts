import { ok } from '@mosaic/contracts/kernel'
import type { GitResult } from './contract/index.ts'
import { examine, secretFree } from './examine.ts'
import type { Quarantine } from './quarantine.ts'
import type { Work } from './work.ts'

/** A tree in a quarantine that is to become a commit on top of another one. */
export type StagedTree = {
  readonly parent: string
  readonly tree: string
  readonly message: string
  readonly quarantine: Quarantine
}

/** Only what has been looked at and found good becomes part of the mirror. No ref is moved. */
export async function commitSecretFree(work: Work, staged: StagedTree): Promise<GitResult<string>> {
  const secrets = await examineStaged(work, staged)
  if (!secrets.ok) return secrets
  const fine = secretFree(secrets.value)
  return fine.ok ? ok(await commitTree(work, staged)) : fine
}

export const examineStaged = (work: Work, { parent, tree, message, quarantine }: StagedTree) =>
  examine(work, { from: parent, tree, message, env: quarantine.environment })

/** By plumbing: no hooks, and no HEAD that somebody may have moved. */
export async function commitTree(work: Work, { parent, tree, message, quarantine }: StagedTree): Promise<string> {
  const create = ['commit-tree', tree, '-p', parent, '-F', '-']
  const commit = (await work.read(create, { input: message, env: quarantine.environment })).trim()
  await quarantine.release()
  return commit
}
