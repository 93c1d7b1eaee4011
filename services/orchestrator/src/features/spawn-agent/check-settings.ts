import { setTimeout as delay } from 'node:timers/promises'
import type { RejectionCode } from '@mosaic/contracts/http'
import type { Rejection } from '@mosaic/contracts/kernel'
import type { Spec } from '../../domain/agent-session/index.ts'
import type { FeatureDeps } from '../deps.ts'

/** A repository that takes longer to look at is far away, in milliseconds: what holds there, the session finds out. */
const nearMs = 8_000

/** Settings that nobody has approved, or that cannot be read, refuse a spawn before it is a fact. */
export async function checkSettings(
  { repositories }: Pick<FeatureDeps, 'repositories'>,
  workspaceId: string,
  { workplace }: Pick<Spec, 'workplace'>,
): Promise<Rejection<RejectionCode> | undefined> {
  if (workplace.kind !== 'worktree') return undefined
  const { repository, baseBranch, from } = workplace
  const looked = await Promise.race([
    repositories.look(repository, baseBranch, from),
    delay(nearMs, undefined, { ref: false }),
  ])
  if (!looked?.ok) return undefined
  const settings = await repositories.settingsAt({ workspaceId, repository }, looked.value)
  return settings.ok ? undefined : settings.error
}
