import { workspaceId } from '@mosaic/contracts/kernel'
import { servicePorts, variables } from '@mosaic/runtime'
import { z } from 'zod'
import type { QueueLimits } from './dispatch/next-tasks.ts'

const count = z.coerce.number<string>().int().min(1).max(100_000)

export const configuration = z.object({
  MOSAIC_EVENTSTORE_URL: variables.url,
  MOSAIC_NATS_URL: variables.url,
  /** Who runs agents, and what the gates ask to be run. */
  MOSAIC_ORCHESTRATOR_URL: variables.url,
  /** How much of a branch's changed lines agents may have written, from 0 to 1; as much as they like where it is not given. */
  MOSAIC_MAX_AGENT_SHARE: z.coerce.number<string>().min(0).max(1).optional(),
  /** The model of reviewers; that of the agent whose change it is where it is not given. */
  MOSAIC_REVIEW_MODEL: z.string().min(1).max(500).optional(),
  /** What reviewers are told besides. */
  MOSAIC_REVIEW_INSTRUCTIONS: z.string().max(8000).optional(),
  /** How long a reviewer's verdict is waited for. */
  MOSAIC_REVIEW_MINUTES: z.coerce.number<string>().positive().max(1440).default(30),
  MOSAIC_HOST: variables.host,
  MOSAIC_PORT: variables.port.default(servicePorts.coordinator),
  MOSAIC_SERVICE_TOKEN: variables.serviceToken,
  MOSAIC_INSTANCE_ID: z.string().default('coordinator'),
  MOSAIC_WORKSPACE_ID: workspaceId.default('default'),
  /** A waiting task gains one of priority for so many minutes. */
  MOSAIC_QUEUE_AGEING_MINUTES: z.coerce.number<string>().positive().max(1_000_000).default(10),
  /** How many tasks are on their way to workers at a time: few, so that the order can be changed until late. */
  MOSAIC_QUEUE_AHEAD: count.default(8),
  /** How many attempts at tasks may run at once, per workspace, mission, runtime and model; as many as there is room for when not given. */
  MOSAIC_QUEUE_LIMIT_WORKSPACE: count.optional(),
  MOSAIC_QUEUE_LIMIT_MISSION: count.optional(),
  MOSAIC_QUEUE_LIMIT_RUNTIME: count.optional(),
  MOSAIC_QUEUE_LIMIT_MODEL: count.optional(),
  /** How many branches a merge queue tries together at most. */
  MOSAIC_LANDING_BATCH: count.max(100).default(8),
  /** How often an agent is asked again when its branch does not land; then a person is. */
  MOSAIC_LANDING_RETURNS: z.coerce.number<string>().int().min(0).max(100).default(3),
  /** How often hosts are asked what has become of a pull request, at most; less often the longer nothing happens. */
  MOSAIC_PULL_REQUEST_SECONDS: z.coerce.number<string>().min(1).max(86_400).default(60),
  /** How often an agent is told what was said of its pull request; then a person is. */
  MOSAIC_PULL_REQUEST_RETURNS: z.coerce.number<string>().int().min(0).max(100).default(3),
})
export type Configuration = z.output<typeof configuration>

export const limitsOf = (config: Configuration): QueueLimits => ({
  workspace: config.MOSAIC_QUEUE_LIMIT_WORKSPACE ?? Infinity,
  mission: config.MOSAIC_QUEUE_LIMIT_MISSION ?? Infinity,
  runtime: config.MOSAIC_QUEUE_LIMIT_RUNTIME ?? Infinity,
  model: config.MOSAIC_QUEUE_LIMIT_MODEL ?? Infinity,
})

export const reviewSettings = (config: z.output<typeof configuration>) => ({
  model: config.MOSAIC_REVIEW_MODEL,
  instructions: config.MOSAIC_REVIEW_INSTRUCTIONS,
  patienceMs: config.MOSAIC_REVIEW_MINUTES * 60_000,
})
