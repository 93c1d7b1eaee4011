import { z } from 'zod'
import { line } from '../kernel/index.ts'
import { branchName, repositoryAddress, spawnAgent } from './commands.ts'
import { termsAsked } from './terms.ts'
import { agentType, operatorText } from './vocabulary.ts'

/**
 * A spawn as programs ask for it that have tasks of their own: `taskId` is any string of theirs, and stands for one task
 * however often it is asked for.
 */
export const plannedSpawn = z.strictObject({
  taskId: line(200),
  agentType,
  context: z.strictObject({
    repository: repositoryAddress,
    branch: branchName,
    /** What is to be done. */
    workItems: z.array(operatorText).min(1).max(100),
    skills: termsAsked.skills,
  }),
  options: z
    .strictObject({
      /** `false`: plain processes, with the rights of the host. */
      sandbox: z.boolean().default(true),
      /** Of one agent, in milliseconds. */
      timeout: z
        .int()
        .min(1000)
        .max(30 * 86_400_000)
        .optional(),
      maxRetries: z.int().min(0).max(10).optional(),
      model: line(500).optional(),
    })
    .prefault({}),
})
export type PlannedSpawn = z.output<typeof plannedSpawn>

/** Either of the two bodies; a mistake is told of the one that was meant. */
export const spawnBody = z.preprocess(
  (given, context) => {
    const meant = typeof given === 'object' && given !== null && 'context' in given ? plannedSpawn : spawnAgent
    const parsed = meant.safeParse(given)
    if (parsed.success) return parsed.data
    // As they are, but final: the union has nothing to add.
    for (const issue of parsed.error.issues) {
      context.issues.push({ ...issue, input: given, continue: false } as (typeof context.issues)[number])
    }
    return z.NEVER
  },
  z.union([spawnAgent, plannedSpawn]),
)
