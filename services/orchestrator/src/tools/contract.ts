import type { AllowedSecret, Network } from '@mosaic/contracts/agent-session'
import type { Clock, Rejection, Result } from '@mosaic/contracts/kernel'
import type { WorkspaceRules } from '@mosaic/redaction'
import type { z } from 'zod'
import type { AgentSession, Report, Spec } from '../domain/agent-session/index.ts'
import type { Approve, GitWorkspace, Worktree } from '../git/index.ts'
import type { Roster } from '../sessions/roster.ts'
import type { Sandbox } from '../sandbox/index.ts'

type ReportOf<Type extends Report['type']> = Extract<Report, { type: Type }>

/** What a tool that works in the sandbox or on its worktree has to work with. */
export type WorkContext = {
  readonly callId: string
  readonly sessionId: string
  /** What its commits say of where they come from. */
  readonly trailers: Readonly<Record<string, string>>
  /** What a person has allowed it to commit though it looks like a secret. */
  readonly allowedSecrets: readonly AllowedSecret[]
  /** What is a secret in its workspace, and what is none. */
  readonly secretRules?: WorkspaceRules
  /** Whether its changes may stand; nothing is asked where there is nobody to say so. */
  readonly approve?: Approve | undefined
  readonly sandbox: Sandbox
  readonly git: GitWorkspace
  readonly worktree: Worktree
  /** Where commands run, below the worktree's root. */
  readonly workdir?: string
  /** What commands reach. */
  readonly network?: Network
  readonly signal?: AbortSignal
}

/** What a tool by which agents and people work together has to work with: sessions, not the worktree. */
export type SessionContext = { readonly callId: string; readonly session: ToolSession }

/** The session that called, as far as tools may see and move it. */
export type ToolSession = {
  readonly sessionId: string
  readonly workspaceId: string
  /** As it stands at this moment. */
  readonly state: AgentSession
  readonly roster: Pick<Roster, 'get' | 'children'>
  readonly clock: Clock
  /** A pause or an end was asked for: whoever waits gives way to it. */
  readonly isInterrupted: boolean
  /** What it has not committed, as paths; nothing where there is no worktree to look at. */
  changedFiles(): Promise<readonly string[]>
  /** It has been told of that, and has committed nothing since. */
  readonly knowsOfChanges: boolean
  /** The answer to a question, once the agent has it. */
  answerTo(questionId: string): object | undefined
  record(
    command: ReportOf<'AskOperator' | 'TakeAnswer' | 'ExpireQuestion' | 'SubmitReview'>,
  ): Promise<{ readonly ok: boolean }>
  /**
   * Waits for somebody until the predicate holds; it is asked again after each event of this session, and of any
   * session when `anySession` is set. Answers false when the time is up.
   */
  wait(predicate: () => boolean, limits: { timeoutMs?: number | undefined; anySession?: boolean }): Promise<boolean>
  spawnChild(request: SpawnChild): Promise<Result<{ sessionId: string }, Rejection>>
}

/** What an agent asks for when it spawns another. */
export type SpawnChild = {
  readonly sessionId: string
  readonly commandId: string
  readonly parent: Spec
  readonly workspaceId: string
  readonly task: string
  readonly agentType: Spec['agentType']
  readonly name?: string
  readonly branch: string
}

/**
 * Where a tool runs, and with it what it is given and what a pause stops. `sandbox`: the sandbox's freezer holds it.
 * `outside`: on files and git from outside, where no freezer reaches, so a pause waits for its end. `waiting`: it acts
 * on sessions; while it waits for somebody nothing of the agent moves, and it gives way to a pause.
 */
export type ToolContexts = {
  readonly sandbox: WorkContext
  readonly outside: WorkContext
  readonly waiting: SessionContext
}
export type Runs = keyof ToolContexts

/** What a tool answers before redaction and cutting to size. */
export type ToolAnswer = {
  readonly content: string
  /** For people and tests, e.g. exit code, bytes, commit. Never file contents. */
  readonly details: Readonly<Record<string, unknown>>
  readonly isError?: boolean
  /** What it brought about that is a fact of its own, beside the result. */
  readonly fact?: ReportOf<'RecordCommit' | 'RecordPush'>
}

export type ToolFacts<Name extends string, In extends Runs> = {
  readonly name: Name
  /** For the model. */
  readonly description: string
  readonly runs: In
  /** Asking again does nothing a second time; a call of any other that a crash cut off is told to the model as such. */
  readonly repeatable: boolean
  /** It may leave files of the worktree otherwise than they were; a commit or a merge keeps what it does itself. */
  readonly changesFiles?: true
  /** It waits for others: that nothing happens meanwhile, or the same again, is what it is for. */
  readonly waitsForOthers?: true
  /** Whether who reviews has it too, or nobody else: they look, try and say what they think, change nothing and ask nobody. */
  readonly reviewers?: 'too' | 'alone'
}

/** `execute` takes the input as the model gave it and refuses what does not fit. `undefined`: it gave way to a pause. */
export type ToolOf<In extends Runs, Name extends string = string> = ToolFacts<Name, In> & {
  readonly input: z.ZodObject
  execute(input: unknown, context: ToolContexts[In]): Promise<ToolAnswer | undefined>
}

/** Something that an agent can do: all that is to be known of it. */
export type Tool = { [In in Runs]: ToolOf<In> }[Runs]
