import type { SpawnAgent } from '@mosaic/contracts/agent-session'
import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { FeatureDeps } from '../deps.ts'

const refused = (message: string) => err({ code: 'CHANGES_NOT_TAKEN', message, field: 'withChanges' } as const)

/** The commit of what is not committed in the person's checkout; `null` where nothing is, or nobody asked for it. */
export async function takeChanges(
  { repositories }: Pick<FeatureDeps, 'repositories'>,
  { withChanges, repository }: Pick<SpawnAgent, 'withChanges' | 'repository'>,
  branch: string,
): Promise<Result<string | null, Rejection<RejectionCode>>> {
  if (!withChanges || repository === undefined) return ok(null)
  const taken = await repositories.takeChanges(repository)
  if (!taken.ok) return refused(taken.error.message)
  if (taken.value === null) return ok(null)
  const there = taken.value.branch ?? 'no branch'
  if (there === branch) return ok(taken.value.commit)
  return refused(`${repository} has ${there} checked out, and the agent is to start from ${branch}`)
}
