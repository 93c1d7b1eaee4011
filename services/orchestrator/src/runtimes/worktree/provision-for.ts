import type { Network } from '@mosaic/contracts/agent-session'
import { persistently } from '@mosaic/event-store'
import type { EmptyWorktree, Snapshot } from '../../git/index.ts'
import type { SandboxProvider } from '../../sandbox/index.ts'
import { narrowed, type Provision, within } from '../../setup/index.ts'
import type { Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'

type Ground = {
  readonly worktree: EmptyWorktree
  readonly provider: SandboxProvider
  readonly network: Network | null
}

/** What the repository's settings mean for this session: those of the commit that it began at, read from the mirror. */
export async function provisionFor(
  { deps, workspaceId, journal, halted }: Run,
  snapshot: Snapshot,
  { worktree, provider, network: asked }: Ground,
): Promise<Provision | undefined> {
  const { repository, isAgents } = worktree
  const of = { workspaceId, repository }
  const read = () => deps.repositories.settingsAt(of, snapshot, journal.startedAtPosition)
  const found = await persistently(read, halted)
  if (!found.ok) throw new SessionFailure(found.error.code, found.error.message)
  const settings = found.value
  const network = narrowed(settings?.network ?? { kind: 'none' }, asked)
  if (!network.ok) throw new SessionFailure('SETTINGS_NOT_APPROVED', network.error)
  if (!settings) return undefined
  const inputs = settings.setup.flatMap(({ inputs: paths }) => paths.map((path) => within(settings.workdir, path)))
  const provided = await deps.provide(of, {
    settings: { ...settings, network: network.value },
    files: inputs.length > 0 ? await snapshot.files(...inputs) : [],
    kind: provider.kind,
    worktree: worktree.path,
    isTrusted: !isAgents,
  })
  if (!provided.ok) throw new SessionFailure('SETUP_FAILED', provided.error)
  return provided.value
}
