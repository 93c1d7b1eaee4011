import { isWorkBranch, type Snapshot } from '../../git/index.ts'
import { type Provision, within } from '../../setup/index.ts'
import type { Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'
import type { Ground } from './workplace.ts'

/** What the repository's settings mean for this session: those of the commit that it began at, read from the mirror. */
export async function provisionFor(
  { deps, workspaceId }: Run,
  snapshot: Snapshot,
  { worktree, provider }: Ground,
): Promise<Provision | undefined> {
  const { repository, baseBranch } = worktree
  const of = { workspaceId, repository }
  const found = await deps.repositories.settingsAt(of, snapshot)
  if (!found.ok) throw new SessionFailure(found.error.code, found.error.message)
  const settings = found.value
  if (!settings) return undefined
  const inputs = settings.setup.flatMap(({ inputs: paths }) => paths.map((path) => within(settings.workdir, path)))
  const provided = await deps.provide(of, {
    settings,
    files: inputs.length > 0 ? await snapshot.files(...inputs) : [],
    kind: provider.kind,
    worktree: worktree.path,
    isTrusted: !isWorkBranch(baseBranch),
  })
  if (!provided.ok) throw new SessionFailure('SETUP_FAILED', provided.error)
  return provided.value
}
