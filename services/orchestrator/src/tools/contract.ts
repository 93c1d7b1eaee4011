import type { GitWorkspace, Worktree } from '../git/index.ts'
import type { Sandbox } from '../sandbox/index.ts'

/** A tool_use block of the Messages API. */
export type ToolCall = {
  readonly id: string
  readonly name: string
  readonly input: unknown
}

export type ToolContext = {
  readonly sessionId: string
  readonly sandbox: Sandbox
  readonly git: GitWorkspace
  readonly worktree: Worktree
  readonly signal?: AbortSignal
  /** Values that must never reach the model or an event (API keys of the environment). */
  readonly secrets: readonly string[]
}

export type ToolOutcome = {
  /** Redacted and cut to size: what the model and the event get. */
  readonly content: string
  readonly isError: boolean
  readonly durationMs: number
  /** For the event and the console, e.g. exit code, bytes, commit. Never file contents. */
  readonly details: Readonly<Record<string, unknown>>
}
