import { z } from 'zod'
import { operatorText, spawnAgent } from '../agent-session/index.ts'
import { line, timestamp, uuid } from '../kernel/index.ts'
import { taskPriority } from './vocabulary.ts'

const model = line(500)
const reason = line(2000).optional()

/** What is said of a task, whether it is added alone or as part of a mission. */
export const taskFields = {
  /** The first line of the instructions where it is left out. */
  title: line(200).optional(),
  instructions: operatorText,
  ...spawnAgent.pick({
    runtime: true,
    repository: true,
    branch: true,
    agentType: true,
    sandbox: true,
    gates: true,
    yolo: true,
    maxTurns: true,
    budget: true,
    network: true,
    skills: true,
    approvals: true,
    labels: true,
    timeoutSeconds: true,
  }).shape,
  priority: taskPriority.default(5),
  notBefore: timestamp.optional(),
  maxRetries: z.int().min(0).max(10).default(2),
  model: model.optional(),
  /** How many agents work on it side by side. */
  attempts: z.int().min(1).max(10).default(1),
  /** A model for each of several attempts, in place of `model` and `attempts`. */
  models: z.array(model).min(1).max(10).optional(),
} as const

type ModelFields = {
  readonly model?: string | undefined
  readonly attempts: number
  readonly models?: readonly string[] | undefined
}

/** The model of each attempt; `null` is the workspace's own. */
export const modelsOf = ({ model: one, attempts, models }: ModelFields): (string | null)[] =>
  models ? [...models] : Array.from({ length: attempts }, () => one ?? null)

/** Puts a task into the queue. `dependsOn` names tasks that are there. */
export const addTask = z.strictObject({
  ...taskFields,
  externalKey: line(200).optional(),
  missionId: uuid.optional(),
  dependsOn: z.array(uuid).max(100).default([]),
})
export type AddTask = z.output<typeof addTask>
export type AddTaskInput = z.input<typeof addTask>

/** Moves a task within the queue. */
export const reorderTask = z.strictObject({ priority: taskPriority })
/** Ends a task for good, and the agents that work on it. */
export const cancelTask = z.strictObject({ reason })
/** Puts a failed or cancelled task back into the queue. */
export const retryTask = z.strictObject({})
/** Takes one of several attempts that has completed; the others end. */
export const chooseAttempt = z.strictObject({ sessionId: uuid })
/** A worker could not begin a dispatched task. */
export const refuseDispatch = z.strictObject({
  round: z.int().min(1),
  code: line(100),
  message: line(10_000),
  /** Trying again is of no use. */
  isFinal: z.boolean(),
})
