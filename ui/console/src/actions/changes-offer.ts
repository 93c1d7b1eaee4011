import type { LocalChanges, RepositoryInspection } from '@mosaic/contracts/repository'

/** What a checkout has that no commit holds, and whether an agent that starts from a branch can have it. */
export type ChangesOffer = {
  readonly changes: LocalChanges
  /** The branch that it would have to start from, where that is another; `null` stands for no branch at all. */
  readonly elsewhere: { readonly branch: string | null } | undefined
}

/** Only a path has a checkout: of an address nobody's changes are known. */
export const hasCheckout = (repository: string): boolean => repository.trim().startsWith('/')

/** @param asked the branch to start from; empty: the repository's default one */
export function changesOffer(
  { changes, branch }: Pick<RepositoryInspection, 'changes' | 'branch'>,
  asked: string,
): ChangesOffer | undefined {
  if (!changes || changes.files === 0) return undefined
  const start = asked.trim() || branch
  return { changes, elsewhere: changes.branch === start ? undefined : { branch: changes.branch } }
}
