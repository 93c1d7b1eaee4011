import type { Rejection } from '@mosaic/contracts/kernel'

/** How many agents there may be: levels of agents that spawn agents, and living ones of one parent and of one mission. */
export type SpawnLimits = { readonly depth: number; readonly children: number; readonly mission: number }

export type Relatives = { readonly missionId: string; readonly parentSessionId: string | null }

const variables = {
  depth: 'MOSAIC_LIMIT_DEPTH',
  children: 'MOSAIC_LIMIT_CHILDREN',
  mission: 'MOSAIC_LIMIT_MISSION',
} as const satisfies Record<keyof SpawnLimits, string>

const reasons: Record<keyof SpawnLimits, (most: number) => string> = {
  depth: (most) => `agents may stand ${most} levels deep, and this one would stand deeper`,
  children: (most) => `an agent may have ${most} living agents of its own, and the parent has them`,
  mission: (most) => `a mission may have ${most} living agents, and this one has them`,
}

/**
 * What one agent more would be too many of.
 * @param depth The level that it would stand on; an agent that a person spawns stands on the first.
 * @param living All that live or are about to, but itself.
 */
export function limitReached(
  limits: SpawnLimits,
  { depth, asked, living }: { depth: number; asked: Relatives; living: readonly Relatives[] },
): Rejection<'SPAWN_LIMIT_REACHED'> | undefined {
  if (depth > limits.depth) return refusal('depth', limits)
  const { missionId, parentSessionId } = asked
  const siblings = parentSessionId === null ? [] : living.filter((each) => each.parentSessionId === parentSessionId)
  if (siblings.length >= limits.children) return refusal('children', limits)
  if (living.filter((each) => each.missionId === missionId).length >= limits.mission) return refusal('mission', limits)
  return undefined
}

function refusal(limit: keyof SpawnLimits, limits: SpawnLimits): Rejection<'SPAWN_LIMIT_REACHED'> {
  const most = limits[limit]
  const variable = variables[limit]
  const message = `${reasons[limit](most)}; the limit is raised by starting Mosaic with ${variable} set above ${most}`
  return { code: 'SPAWN_LIMIT_REACHED', message, details: { limit, most, variable } }
}
