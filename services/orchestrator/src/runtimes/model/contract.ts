import type { ContentBlock, DeferralReason, Usage } from '@mosaic/contracts/agent-session'
import type { Rejection } from '@mosaic/contracts/kernel'
import type { TranscriptMessage } from '../../journal/transcript.ts'
import type { ToolDefinition } from '../../tools/index.ts'

/** Who answers model calls: all that the loop and the checks of a spawn know of them. */
export type Model = {
  /** Why a session on the model of this name cannot be; `undefined` when it can, or when that cannot be told right now. */
  check(name: string): Promise<ModelRejection | undefined>
  /**
   * Asks once for the model's next message. What the server sends is not trusted: a reply has been checked.
   * @throws ModelFault; the signal's reason when it is aborted
   */
  reply(request: ModelRequest, call: Call): Promise<Reply>
}

export type Call = { readonly signal: AbortSignal; readonly onDelta: (delta: Delta) => void }

export type ModelRejection = Rejection<'MODEL_UNKNOWN' | 'MODEL_NOT_CONFIGURED' | 'SCENARIO_INVALID'>

export type ModelRequest = {
  readonly model: string
  readonly system: string
  readonly messages: readonly TranscriptMessage[]
  readonly tools: readonly ToolDefinition[]
}

export type Tokens = Omit<Usage, 'costUsd'>

/** A finished answer of the model. */
export type Reply = {
  readonly content: ContentBlock[]
  readonly stopReason: string | null
  /** As the server names it; empty when it does not. */
  readonly model: string
  /** `null` when the server has not counted them. */
  readonly tokens: Tokens | null
}

/** What an answer in the making adds to what is shown live. */
export type Delta = {
  readonly block: number
  readonly blockType: ContentBlock['type']
  readonly toolName: string | null
  readonly text: string
}

export type ModelLimits = {
  /** Output tokens of one message. */
  readonly maximumTokens: number
  /** Longest wait for the first byte of an answer, in milliseconds: a model of one's own may read a long prompt for minutes. */
  readonly firstByteMs: number
  /** Longest silence within an answer, and longest answer, in milliseconds. */
  readonly silenceMs: number
  readonly answerMs: number
}

/** The model cannot be had: for now, for whatever `DeferralReason` there is, or because it will not take the request. */
export class ModelFault extends Error {
  override readonly name = 'ModelFault'
  readonly kind: DeferralReason | 'REFUSED' | 'CONTEXT_FULL'
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(
    kind: ModelFault['kind'],
    message: string,
    { retryAfterMs, ...options }: ErrorOptions & { readonly retryAfterMs?: number | undefined } = {},
  ) {
    super(message, options)
    this.kind = kind
    this.retryAfterMs = retryAfterMs
  }
}
