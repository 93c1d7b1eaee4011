import { z } from 'zod'
import { line, uuid } from '../kernel/index.ts'
import { qualityProfile } from '../quality/index.ts'
import { agentName, runtimeKind } from './runtime.ts'
import { terminalCommand } from './terminal.ts'
import { termsAsked } from './terms.ts'
import { agentType, allowedSecret, operatorText, sandboxKind, taskSource } from './vocabulary.ts'

/** A model; several with commas between them, each asked while those before it cannot be had; or a route's name. */
const models = line(2000).refine((names) => names.split(',').length <= 10, 'expected at most 10 models')

/** Text that reaches git's command line: no leading dash, no control characters. */
export const gitArgument = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .refine((text) => !text.startsWith('-'), { error: 'expected no leading "-"' })
    .refine((text) => !/\p{Cc}/u.test(text), { error: 'expected no control characters' })

/** A path on the orchestrator's machine, or an https or ssh URL. */
export const repositoryAddress = gitArgument(2000)
export const branchName = gitArgument(250)

/**
 * `branch` is where the agent starts from (the repository's default branch where it is not named). Which fields a spawn must
 * have, and which it may not, the runtime says.
 */
export const spawnAgent = z.strictObject({
  runtime: runtimeKind.default('internal'),
  /** For the runtime acp: which agent. */
  agent: agentName.optional(),
  /** For runtimes whose sessions are at a configured provider: its name. */
  provider: line(80).optional(),
  /** For the runtime pty: what is run in its terminal. */
  command: terminalCommand.optional(),
  repository: repositoryAddress.optional(),
  branch: branchName.optional(),
  /** Starts from what is not committed in the person's checkout as well. */
  withChanges: z.boolean().default(false),
  task: operatorText,
  model: models.optional(),
  agentType: agentType.default('worker'),
  name: line(80).optional(),
  sandbox: sandboxKind.optional(),
  /** What its changes have to pass; `standard` where it is not said. */
  gates: qualityProfile.optional(),
  /** Its changes pass unseen: each time stands in the log. */
  yolo: z.boolean().default(false),
  maxTurns: z.int().min(1).max(1000).optional(),
  ...termsAsked,
  /** What somebody else calls its task. */
  externalKey: line(200).optional(),
  taskId: uuid.optional(),
  taskSource: taskSource.default('internal'),
  missionId: uuid.optional(),
  parentSessionId: uuid.optional(),
})
export type SpawnAgent = z.infer<typeof spawnAgent>
export type SpawnAgentInput = z.input<typeof spawnAgent>

/** Delivered before the next model call, or after the person resumes when `pauseBeforeSend` is set. */
export const injectMessage = z.strictObject({ text: operatorText, pauseBeforeSend: z.boolean().default(false) })
export const pauseAgent = z.strictObject({ reason: line(2000).optional() })
export const resumeAgent = z.strictObject({})
/** Ends a wait for the model: the call is made now. */
export const retryModelCall = z.strictObject({})
/** Sends to the origin what it does not have of a session's work, also when the session has ended. */
export const pushWork = z.strictObject({})
/** What was found in this file is no secret, or may be told: the agent's commits hold it from now on. */
export const allowSecret = z.strictObject(allowedSecret.shape)
/** Takes up an ended session: a new one goes on with its conversation, on its branch, with what it left uncommitted. */
export const continueAgent = z.strictObject({
  text: operatorText,
  model: models.optional(),
  maxTurns: z.int().min(1).max(1000).optional(),
})
export type ContinueAgent = z.infer<typeof continueAgent>
/** Begins an ended session's task anew, on a branch of its own. */
export const retryAgent = z.strictObject({ model: models.optional() })
export type RetryAgent = z.infer<typeof retryAgent>
/** `tree`: and all that descend from it. Without it they go on, and the answer says how many. */
const tree = z.boolean().default(false)
export const terminateAgent = z.strictObject({ note: line(2000).optional(), tree })
export const killAgent = z.strictObject({ reason: line(2000).optional(), tree })
