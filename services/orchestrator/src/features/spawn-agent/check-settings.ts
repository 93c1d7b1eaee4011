import { setTimeout as delay } from 'node:timers/promises'
import type { RejectionCode } from '@mosaic/contracts/http'
import type { Rejection } from '@mosaic/contracts/kernel'
import { inTime } from '@mosaic/event-store'
import type { Spec } from '../../domain/agent-session/index.ts'
import { readSkills, type Skill } from '../../repositories/index.ts'
import { narrowed } from '../../setup/index.ts'
import type { FeatureDeps } from '../deps.ts'

/** A repository that takes longer to look at is far away, in milliseconds: what holds there, the session finds out. */
const nearMs = 8_000

/**
 * Settings that nobody has approved, or that cannot be read, refuse a spawn before it is a fact; so does what is asked for
 * beyond what the repository has.
 */
export async function checkSettings(
  { repositories }: Pick<FeatureDeps, 'repositories'>,
  workspaceId: string,
  { workplace, network, skills }: Pick<Spec, 'workplace' | 'network' | 'skills'>,
): Promise<Rejection<RejectionCode> | undefined> {
  if (workplace.kind !== 'worktree') return undefined
  const { repository, baseBranch, from } = workplace
  const looked = await Promise.race([
    repositories.beginning(repository, { branch: baseBranch, commit: from }),
    delay(nearMs, undefined, { ref: false }),
  ])
  if (!looked?.ok) return undefined
  const settings = await inTime(repositories.settingsAt({ workspaceId, repository }, looked.value))
  if (!settings.ok) return settings.error
  const reach = narrowed(settings.value?.network ?? { kind: 'none' }, network)
  if (!reach.ok) return { code: 'VALIDATION_FAILED', message: reach.error, field: 'network' }
  return skills === null ? undefined : unknownSkills(skills, await readSkills(looked.value))
}

function unknownSkills(asked: readonly string[], there: readonly Skill[]): Rejection<'VALIDATION_FAILED'> | undefined {
  const names = there.map(({ name }) => name)
  const missing = asked.filter((name) => !names.includes(name))
  if (missing.length === 0) return undefined
  const message = `the repository has no skill ${missing.join(', ')}; it has ${names.join(', ') || 'none'}`
  return { code: 'VALIDATION_FAILED', message, field: 'skills' }
}
