import { z } from 'zod'
import { uuid } from '../kernel/index.ts'

export const sessionStatus = z.enum(['spawning', 'running', 'waiting', 'paused', 'completed', 'failed', 'killed'])
export type SessionStatus = z.infer<typeof sessionStatus>

/** How a session has completed: its agent had finished, or somebody had it come to an end. */
export const completion = z.enum(['finished', 'terminated'])
export type Completion = z.infer<typeof completion>

/** Statuses from which nothing more happens but the release of resources. */
export const endedStatuses = ['completed', 'failed', 'killed'] as const satisfies readonly SessionStatus[]
export type EndedStatus = (typeof endedStatuses)[number]
export const hasEnded = (status: SessionStatus): status is EndedStatus =>
  (endedStatuses as readonly SessionStatus[]).includes(status)

export const agentType = z.enum(['worker', 'reviewer', 'tester', 'lead'])
export type AgentType = z.infer<typeof agentType>

export const taskSource = z.enum(['internal', 'mosaic-queue', 'external'])
export type TaskSource = z.infer<typeof taskSource>

export const sandboxKind = z.enum(['docker', 'bubblewrap', 'process'])
export type SandboxKind = z.infer<typeof sandboxKind>

/** Who answers the model calls: `anthropic`, `scripted`, a gateway by name. */
export const modelProvider = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, {
  error: 'expected small letters, digits and hyphens, a letter first, at most 64',
})

/** A model, and who answers for it. */
export const modelChoice = z.object({ modelProvider, model: z.string() })
export type ModelChoice = z.infer<typeof modelChoice>

/** Where a session is to work: in a worktree and a sandbox of ours, or at a place that is not ours to look after. */
export const workplace = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('worktree'),
    repository: z.string(),
    baseBranch: z.string(),
    /** A commit that it starts from in place of the branch's: what a person had not committed. */
    from: z.string().optional(),
    /** The kind of sandbox that was asked for; `null` leaves the choice to the machine. */
    sandbox: sandboxKind.nullable(),
  }),
  z.object({ kind: z.literal('remote') }),
])
export type Workplace = z.infer<typeof workplace>

/** What a sandbox really enforces on the machine that it is on; what is false here is claimed nowhere. */
export const sandboxGuarantees = z.object({
  /** Paths outside the worktree cannot be written, host secrets cannot be read. */
  filesystem: z.boolean(),
  /** Nothing is reached but what was granted. */
  network: z.boolean(),
  /** System calls that have no place in building and testing software are refused. */
  syscalls: z.boolean(),
  memory: z.boolean(),
  cpu: z.boolean(),
  pids: z.boolean(),
  /** The worktree's size: what writes beyond its quota is ended. */
  disk: z.boolean(),
})
export type SandboxGuarantees = z.infer<typeof sandboxGuarantees>

/** Where it works, once that is made. */
export const place = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('worktree'),
    /** `guarantees` is `null` of sandboxes from before they were told. */
    sandbox: z.object({ kind: sandboxKind, id: z.string(), guarantees: sandboxGuarantees.nullable() }),
    worktree: z.string(),
    branch: z.string(),
    baseCommit: z.string(),
  }),
  z.object({ kind: z.literal('remote'), address: z.string() }),
])

/** How a kill was sent: a signal to processes of ours, or a request to whom the processes belong. */
export const killSignal = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('process'), signal: z.literal('SIGKILL'), processes: z.int().min(0) }),
  z.object({ kind: z.literal('request'), address: z.string() }),
])

/** How "killed" is known: shown by the kernel (no process left), or only reported by whom it ran at. */
export const killProof = z.enum(['kernel', 'reported'])
export type KillProof = z.infer<typeof killProof>

/** What became of sending commits to the origin: the name that they have there, or why it does not have them. */
export const push = z.discriminatedUnion('state', [
  z.object({ state: z.literal('pushed'), as: z.string() }),
  z.object({ state: z.literal('failed'), code: z.string(), message: z.string() }),
])
export type Push = z.infer<typeof push>

/** Changes that a session had not committed when it ended, as a commit of their own on top of its branch. */
export const keptWork = z.object({
  ref: z.string(),
  commit: z.string(),
  files: z.int().min(0),
  insertions: z.int().min(0),
  deletions: z.int().min(0),
  /** The repository of ours, on the orchestrator's machine, that holds it in any case. */
  mirror: z.string(),
  push,
})
export type KeptWork = z.infer<typeof keptWork>

/** A session's files as they were after the fact of that revision, as a commit beside its branch in a mirror of ours. */
export const checkpoint = z.object({
  ref: z.string(),
  commit: z.string(),
  /** How many of them differ from the branch. */
  files: z.int().min(0),
  mirror: z.string(),
  afterRevision: z.int().min(0),
})
export type Checkpoint = z.infer<typeof checkpoint>

/** Something in a file that looks like a secret: the first digits of its SHA-256 in place of it. */
export const allowedSecret = z.object({
  file: z.string().min(1).max(4096),
  fingerprint: z.string().regex(/^[0-9a-f]{12}$/, { error: 'expected the 12 digits of a fingerprint' }),
})
export type AllowedSecret = z.infer<typeof allowedSecret>

/** Why changes could not be kept so: they are still in the worktree. */
export const leftWork = z.object({ code: z.string(), message: z.string() })
export type LeftWork = z.infer<typeof leftWork>

/** An ended session that another takes up: its conversation goes on, or its task is begun anew. */
export const predecessor = z.object({ sessionId: uuid, how: z.enum(['continued', 'retried']) })

/** What a session is for: said when it is asked for, and never changed. */
export const assignment = {
  parentSessionId: uuid.nullable(),
  predecessor: predecessor.nullable(),
  missionId: uuid,
  taskId: uuid,
  taskSource,
  agentType,
  name: z.string(),
  task: z.string(),
}

export const textBlock = z.object({ type: z.literal('text'), text: z.string() })
export const thinkingBlock = z.object({
  type: z.literal('thinking'),
  thinking: z.string(),
  /** Given back to the provider unchanged; without it the provider refuses the block. */
  signature: z.string().optional(),
})
export const toolUseBlock = z.object({
  type: z.literal('tool_use'),
  id: z.string(),
  name: z.string(),
  input: z.record(z.string(), z.unknown()),
})
export const contentBlock = z.discriminatedUnion('type', [textBlock, thinkingBlock, toolUseBlock])
export type ContentBlock = z.infer<typeof contentBlock>

/** Tokens of one model call and their price in US dollars; `null` where the price is not known. */
export const usage = z.object({
  inputTokens: z.int().min(0),
  outputTokens: z.int().min(0),
  cacheReadTokens: z.int().min(0),
  cacheWriteTokens: z.int().min(0),
  costUsd: z.number().min(0).nullable(),
})
export type Usage = z.infer<typeof usage>

/** What is known of several calls, added up. */
export const usageTotal = usage.extend({
  costUsd: z.number().min(0),
  /** Calls whose tokens were not counted, and calls whose price is not known: what is added up is less than it was. */
  uncountedCalls: z.int().min(0).default(0),
  unpricedCalls: z.int().min(0).default(0),
})
export type UsageTotal = z.infer<typeof usageTotal>

export const messageRole = z.enum(['agent', 'user', 'system', 'operator'])
export type MessageRole = z.infer<typeof messageRole>

/** The steps of a kill receipt in their order; "killed" is shown only when `descendants-cleared` is there. */
export const killStep = z.enum(['requested', 'signalled', 'exit-observed', 'descendants-cleared', 'resources-released'])
export type KillStep = z.infer<typeof killStep>

/** Why a model call is put off: its server limits us, is overloaded, is at fault, cannot be reached, or sent no answer. */
export const deferralReason = z.enum([
  'RATE_LIMITED',
  'OVERLOADED',
  'SERVER_FAULT',
  'SERVER_UNREACHABLE',
  'ANSWER_BROKEN',
])
export type DeferralReason = z.infer<typeof deferralReason>

/**
 * Why one is not even begun: a budget is used up, calls that are under way hold what is left of it, nobody knows what it
 * would cost a budget that limits money, or who decides about budgets does not answer. `BUDGET_CUT`: one was under way when the
 * time of a budget was up, and was broken off.
 */
export const budgetWait = z.enum([
  'BUDGET_EXHAUSTED',
  'BUDGET_IN_USE',
  'PRICE_UNKNOWN',
  'BUDGET_UNDECIDED',
  'BUDGET_CUT',
])
export type BudgetWait = z.infer<typeof budgetWait>

export const waitReason = z.enum([...deferralReason.options, ...budgetWait.options])
export type WaitReason = z.infer<typeof waitReason>

export const isBudgetWait = (reason: string): boolean => budgetWait.safeParse(reason).success

/** A text's name: the beginning of its SHA-256. */
export const textDigest = z.string().regex(/^[0-9a-f]{32}$/)

/** A text, or a part of one that is too long for one fact; parts count from 1. */
export const recordedText = z.object({
  digest: textDigest,
  part: z.int().min(1),
  parts: z.int().min(1),
  text: z.string(),
})
export type RecordedText = z.infer<typeof recordedText>

/**
 * How a call to a model has ended that went by way of us: with an answer; with a server's refusal; broken off on its way,
 * whoever did that; with nobody there; or it was never sent.
 */
export const relayedOutcome = z.enum(['answered', 'refused', 'cut', 'unreachable', 'unsent'])
export type RelayedOutcome = z.infer<typeof relayedOutcome>

/** Whether such a call may have cost something. */
export const mayHaveCost = (outcome: RelayedOutcome): boolean => outcome === 'answered' || outcome === 'cut'

/** How a conversation was made shorter: old tool results left out, or its older part replaced by a summary. */
export const compaction = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('results-elided') }),
  z.object({ kind: z.literal('summarised'), summary: z.string() }),
])

/** Why an agent is taken to be stuck: nothing happens, a call has the same outcome again and again, an error comes again. */
export const stuckReason = z.enum(['NO_NEW_FACT', 'SAME_CALL', 'SAME_ERROR'])
export type StuckReason = z.infer<typeof stuckReason>

/** Why a person ought to look at a session: it does not get on, or its branch does not land. */
export const attentionReason = z.enum([...stuckReason.options, 'NOT_LANDED', 'PULL_REQUEST'])
/** What is done about it, besides that it is flagged: nothing, a pause, or the model is asked to think again. */
export const stuckPolicy = z.enum(['flag', 'pause', 'reconsider'])
export type StuckPolicy = z.infer<typeof stuckPolicy>

/** Why a session failed. */
export const failureCode = z.enum([
  'REPOSITORY_UNREACHABLE',
  'WORKTREE_FAILED',
  'SANDBOX_FAILED',
  /** What the repository's settings say may not be done, or cannot be read. */
  'SETTINGS_NOT_APPROVED',
  'SETTINGS_INVALID',
  /** A command of them did not succeed, or this machine lacks what they name. */
  'SETUP_FAILED',
  'MODEL_UNREACHABLE',
  'MODEL_REFUSED',
  /** What its server sends is no answer, or none that could be recorded. */
  'MODEL_ANSWER_INVALID',
  /** It was asked twice and said and did nothing. */
  'MODEL_SAID_NOTHING',
  /** The conversation does not fit the model's context window, and nothing more of it can be left out. */
  'CONTEXT_FULL',
  'TURN_LIMIT_REACHED',
  'TOKEN_LIMIT_REACHED',
  'TIME_LIMIT_REACHED',
  /** A budget whose policy is to stop is used up, or limits money and its model has no price. */
  'BUDGET_EXHAUSTED',
  /** Whoever decides about its budgets could not be asked for too long. */
  'BUDGET_UNDECIDED',
  'AGENT_REPORTED_FAILURE',
  /** The program of an agent of others ended, or does not speak as it should. */
  'AGENT_PROGRAM_FAILED',
  /** The orchestrator ended under its terminal, and the programs in it with that. */
  'TERMINAL_LOST',
  /** The same step was taken again and again and changed nothing. */
  'NO_PROGRESS',
  'INTERNAL',
])
export type FailureCode = z.infer<typeof failureCode>

export const maximumMessageBytes = 64 * 1024
/** Text that a person sends: not blank, at most 64 kB of UTF-8. */
export const operatorText = z
  .string()
  .refine((text) => text.trim() !== '', { error: 'expected text that is not blank' })
  .refine((text) => new TextEncoder().encode(text).length <= maximumMessageBytes, {
    error: 'expected at most 64 kB of text',
    params: { code: 'MESSAGE_TOO_LARGE' },
  })
