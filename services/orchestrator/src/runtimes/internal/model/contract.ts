import type { ContentBlock } from '@mosaic/contracts/agent-session'
import type { Rejection } from '@mosaic/contracts/kernel'
import type { TranscriptMessage } from '../../../journal/transcript.ts'
import type { ToolDefinition } from '../../../tools/index.ts'
import type { Tokens } from './pricing.ts'

/** Who answers model calls: all that the loop and the checks of a spawn know of them. */
export type Model = {
  /** Why a session on the model of this name cannot be; `undefined` when it can, or when that cannot be told right now. */
  check(name: string): Promise<ModelRejection | undefined>
  /**
   * The model's next message. Passing faults are gone through by trying again, for as long as the limits allow.
   * @throws ModelError; the signal's reason when it is aborted; what the observer's `retry` throws
   */
  reply(request: ModelRequest, call: { readonly signal: AbortSignal; readonly observer: ReplyObserver }): Promise<Reply>
}

export type ModelRejection = Rejection<'MODEL_UNKNOWN' | 'MODEL_NOT_CONFIGURED' | 'SCENARIO_INVALID'>

export type ModelRequest = {
  readonly model: string
  readonly system: string
  readonly messages: readonly TranscriptMessage[]
  readonly tools: readonly ToolDefinition[]
}

/** A finished answer of the model. */
export type Reply = {
  readonly content: ContentBlock[]
  readonly stopReason: string | null
  readonly model: string
  readonly tokens: Tokens
}

/** What an answer in the making adds to what is shown live. */
export type Delta = {
  readonly block: number
  readonly blockType: ContentBlock['type']
  readonly toolName: string | null
  readonly text: string
}

export type ReplyObserver = {
  /** An attempt begins; deltas of an earlier one are void. */
  attempt(): void
  delta(delta: Delta): void
  /** The attempt came to nothing. */
  broken(): void
  /** It is tried again once this has waited so many milliseconds; what it throws ends the call. */
  retry(reason: string, delayMs: number): Promise<void>
}

export type ModelLimits = {
  /** Output tokens of one message. */
  readonly maximumTokens: number
  /** Longest silence within a stream, in milliseconds; the connection's beginning included. */
  readonly silenceMs: number
  /** How long one message is tried for while the server turns us away, waits included, in milliseconds. */
  readonly patienceMs: number
  /** The same while there is no server to be reached at all. */
  readonly unreachableMs: number
}

export const defaultModelLimits: ModelLimits = {
  maximumTokens: 32_000,
  silenceMs: 120_000,
  patienceMs: 180_000,
  unreachableMs: 45_000,
}

/** The model cannot be had: it answers nothing usable for as long as we are ready to try, or it refuses the request. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  readonly code: 'MODEL_UNREACHABLE' | 'MODEL_REFUSED'

  constructor(code: ModelError['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
