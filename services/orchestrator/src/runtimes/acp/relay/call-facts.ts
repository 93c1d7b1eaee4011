import type { RelayedOutcome } from '@mosaic/contracts/agent-session'
import { isLive } from '../../../domain/agent-session/index.ts'
import type { NamedModel, Reply } from '../../model/index.ts'
import type { Run } from '../../worktree/index.ts'
import { digestOf, type Prompt, type Prompts, type Told } from './prompts.ts'
import { batchesOf, shortened } from './texts.ts'

export type RelayedCall = { readonly callId: string; readonly startedAt: Date; readonly prompt: Prompt }

export type Ended = {
  readonly outcome: RelayedOutcome
  readonly status?: number | null
  readonly message?: string
  readonly reply?: Reply
}

/** What nobody has answered is told while it is no more than this, in characters: else refusals would fill the log. */
const mostUnanswered = 500_000

/** Tells of calls that are over, one after the other. */
export class CallFacts {
  readonly #run: Run
  readonly #prompts: Prompts
  readonly #named: NamedModel
  #queue: Promise<void> = Promise.resolve()

  constructor(run: Run, prompts: Prompts, named: NamedModel) {
    this.#run = run
    this.#prompts = prompts
    this.#named = named
  }

  told(): Promise<void> {
    return this.#queue
  }

  tell(call: RelayedCall, ended: Ended): void {
    const durationMs = this.#run.deps.clock.now().getTime() - call.startedAt.getTime()
    this.#queue = this.#queue
      .then(() => this.#record(call, ended, Math.max(0, durationMs)))
      .catch((error: unknown) => {
        const { halted, deps, journal } = this.#run
        if (!halted.aborted) deps.logger.error({ sessionId: journal.sessionId, err: error }, 'a model call is not told')
      })
  }

  async #record(call: RelayedCall, ended: Ended, durationMs: number): Promise<void> {
    const { journal, deps } = this.#run
    const { callId, prompt, startedAt } = call
    const { outcome, reply, status = null, message = null } = ended
    const isKnown = outcome === 'answered' || outcome === 'cut'
    const [told, answer] = await this.#texts(prompt, isKnown, reply)
    const model = (reply?.model || this.#named.model).slice(0, 500)
    const usage = reply?.tokens
      ? { ...reply.tokens, costUsd: deps.modelTable.costUsd({ ...this.#named, model }, reply.tokens) }
      : null
    const { session } = journal
    const recorded = await this.#run.record({
      type: 'RecordRelayed',
      callId,
      turn: isLive(session) ? session.turn + 1 : 0,
      modelProvider: this.#named.modelProvider,
      model,
      head: told?.head ?? [],
      extends: told?.extends ?? null,
      added: told?.added ?? [],
      answer,
      stopReason: reply?.stopReason?.slice(0, 200) ?? null,
      outcome,
      status,
      message: message?.slice(0, 2000).toWellFormed() ?? null,
      usage,
      startedAt: startedAt.toISOString(),
      durationMs,
    })
    if (recorded.ok && told) this.#prompts.keep(callId, prompt, countedIn(reply))
  }

  /** What it cost is told in any case, also where what was said cannot be. */
  async #texts(
    prompt: Prompt,
    isKnown: boolean,
    reply: Reply | undefined,
  ): Promise<[told: Told | undefined, answer: string | null]> {
    try {
      const told = this.#prompts.tell(prompt)
      const texts = told.texts.flatMap(({ digest, json }) => (json === null ? [] : [{ digest, json }]))
      if (!isKnown && texts.reduce((sum, { json }) => sum + json.length, 0) > mostUnanswered) return [undefined, null]
      const answer = reply && JSON.stringify(shortened(this.#run.redactor.value(reply.content)))
      const digest = answer === undefined ? null : digestOf(answer)
      const all = answer === undefined || digest === null ? texts : [...texts, { digest, json: answer }]
      for (const batch of batchesOf(all)) await this.#run.record({ type: 'RecordTexts', texts: batch })
      return [told, digest]
    } catch (error) {
      const { stopping, deps, journal } = this.#run
      stopping.throwIfAborted()
      deps.logger.error({ sessionId: journal.sessionId, err: error }, 'what a model call has said is not told')
      return [undefined, null]
    }
  }
}

/** Of what was sent. */
function countedIn(reply: Reply | undefined): number | null {
  if (!reply?.tokens) return null
  const { inputTokens, cacheReadTokens, cacheWriteTokens } = reply.tokens
  return inputTokens + cacheReadTokens + cacheWriteTokens
}
