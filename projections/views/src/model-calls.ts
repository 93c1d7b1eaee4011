import type { AgentSessionEventOf, ModelCall, ModelCallWhole } from '@mosaic/contracts/agent-session'
import type { SessionEvent } from './session/session.ts'

type Relayed = AgentSessionEventOf<'ModelCallRelayed'>['data'] & { readonly revision: number }

/** Of a conversation, in characters, as much as is shown at once. */
const mostShown = 4_000_000

/** The calls of one session, as its log has them: what each was asked is put together from texts that are told once. */
export class ModelCalls {
  readonly #calls = new Map<string, Relayed>()
  readonly #texts = new Map<string, string[]>()

  take({ type, data, revision }: SessionEvent): void {
    if (type === 'ModelCallRelayed') this.#calls.set(data.callId, { ...data, revision })
    if (type !== 'ModelTextsRecorded') return
    for (const { digest, part, text } of data.texts) {
      const parts = this.#texts.get(digest) ?? []
      parts[part - 1] = text
      this.#texts.set(digest, parts)
    }
  }

  all(): ModelCall[] {
    return [...this.#calls.values()].map((call) => this.#summary(call))
  }

  whole(callId: string): ModelCallWhole | undefined {
    const call = this.#calls.get(callId)
    if (!call) return undefined
    const digests = this.#conversationOf(call)
    const shown: unknown[] = []
    let room = mostShown
    for (const digest of digests.toReversed()) {
      room -= this.#text(digest)?.length ?? 0
      if (room < 0 && shown.length > 0) break
      shown.unshift(this.#value(digest))
    }
    return {
      ...this.#summary(call),
      head: merged(call.head.map((digest) => this.#value(digest))),
      conversation: shown,
      leftOut: digests.length - shown.length,
      answer: call.answer === null ? null : this.#value(call.answer),
    }
  }

  #summary(call: Relayed): ModelCall {
    const { sessionId, callId, revision, turn, modelProvider, model, outcome, status, message } = call
    const { stopReason, usage, startedAt, durationMs, added } = call
    return {
      sessionId,
      callId,
      revision,
      turn,
      modelProvider,
      model,
      outcome,
      status,
      message,
      stopReason,
      usage,
      startedAt,
      durationMs,
      messages: this.#conversationOf(call).length,
      added: added.length,
    }
  }

  /** Goes back from call to call, each of which begins with a part of the one before. */
  #conversationOf(call: Relayed): string[] {
    const pieces: (readonly string[])[] = []
    const seen = new Set<string>()
    let most = Infinity
    for (let at: Relayed | undefined = call; at && !seen.has(at.callId); ) {
      seen.add(at.callId)
      const before = Math.min(at.extends?.messages ?? 0, most)
      pieces.unshift(at.added.slice(0, Math.max(0, most - (at.extends?.messages ?? 0))))
      most = before
      at = at.extends && before > 0 ? this.#calls.get(at.extends.callId) : undefined
    }
    return pieces.flat()
  }

  #text(digest: string): string | undefined {
    return this.#texts.get(digest)?.join('')
  }

  #value(digest: string): unknown {
    const text = this.#text(digest)
    try {
      return text === undefined ? null : JSON.parse(text)
    } catch {
      return text
    }
  }
}

/** Parts of one request: lists in pieces, and all else. */
function merged(parts: readonly unknown[]): Record<string, unknown> {
  const whole: Record<string, unknown> = {}
  for (const part of parts) {
    for (const [field, value] of Object.entries(part ?? {})) {
      const before = whole[field]
      whole[field] = Array.isArray(before) && Array.isArray(value) ? [...before, ...value] : value
    }
  }
  return whole
}
