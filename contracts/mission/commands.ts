import { z } from 'zod'
import { operatorText, termsAsked } from '../agent-session/index.ts'
import { line } from '../kernel/index.ts'
import { taskFields } from '../task/index.ts'

const reason = line(2000).optional()

/** What a task is called within its mission. */
export const taskKey = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,63}$/i, {
  error: 'expected letters, digits, ".", "_" or "-", a letter or a digit first, at most 64',
})

/** What a mission file says of all its tasks at once. */
export const missionDefaults = z.strictObject(taskFields).partial()

/** A mission with its tasks. */
export const createMission = z.strictObject({
  title: line(200),
  objective: operatorText,
  acceptance: z.array(line(1000)).max(50).default([]),
  /** `sequence`: each task waits for the one before it as well. */
  order: z.enum(['any', 'sequence']).default('any'),
  /** Of all its tasks together. */
  budget: termsAsked.budget,
  /** A policy for all that its agents do, or `allow` or `ask`. */
  approvals: termsAsked.approvals,
  tasks: z
    .array(z.strictObject({ key: taskKey, ...taskFields, dependsOn: z.array(taskKey).max(100).default([]) }))
    .min(1)
    .max(200),
})
export type CreateMission = z.output<typeof createMission>
export type CreateMissionInput = z.input<typeof createMission>

export const pauseMission = z.strictObject({ reason })
export const resumeMission = z.strictObject({})
export const cancelMission = z.strictObject({ reason })
