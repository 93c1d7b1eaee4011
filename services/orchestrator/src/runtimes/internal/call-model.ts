import type { ContentBlock } from '@mosaic/contracts/agent-session'
import { newId } from '@mosaic/contracts/kernel'
import { InvalidEventError } from '@mosaic/event-store'
import type { Redactor } from '@mosaic/redaction'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import type { Transcript } from '../../journal/transcript.ts'
import { definitionOf, tools } from '../../tools/index.ts'
import { type Delta, ModelError, type ModelRequest, type ReplyObserver } from './model/contract.ts'
import { LiveFrames } from './model/live-frames.ts'
import { costUsd } from './model/pricing.ts'
import { isInterrupted, type Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'

/** One turn of the model: what it says goes out live while it says it, and becomes a fact when it is whole. */
export async function takeTurn(run: Run, { spec, turn: last }: LiveSession): Promise<void> {
  const { deps, journal } = run
  const { modelProvider, model: asked } = spec.runtime
  const model = deps.modelOf(modelProvider)
  if (!model) throw new SessionFailure('MODEL_UNREACHABLE', `the provider ${modelProvider} is not configured`)
  const turn = last + 1
  const live = new LiveMessage(run, turn)
  try {
    const reply = await model.reply(requestOf(asked, journal.transcript), { signal: run.halted, observer: live })
    live.finished()
    const { stopReason, tokens } = reply
    const content = unspoilt(reply.content, deps.redactor)
    const answeredBy = reply.model || asked
    const usage = { ...tokens, costUsd: costUsd(answeredBy, tokens) }
    const message = { messageId: live.messageId, turn, role: 'agent' as const, content, usage, stopReason }
    for (const block of content) if (block.type === 'tool_use') run.heard.set(block.id, block.input)
    await run.record({ type: 'RecordMessage', ...message, model: answeredBy })
  } catch (error) {
    if (error instanceof GaveWay) return
    if (error instanceof InvalidEventError) {
      throw new SessionFailure('MODEL_ANSWER_INVALID', `the model's answer is unusable: ${error.message}`, {
        cause: error,
      })
    }
    if (error instanceof ModelError) throw new SessionFailure(error.code, error.message, { cause: error })
    throw error
  }
}

/** A thought whose text is going to be changed no longer fits its signature: without it, it is not sent back. */
function unspoilt(content: readonly ContentBlock[], { value }: Redactor): ContentBlock[] {
  return content.map((block) => {
    if (block.type !== 'thinking' || value(block) === block) return block
    const { signature: _, ...thought } = block
    return thought
  })
}

const definitions = tools.map(definitionOf)

const requestOf = (model: string, { system, messages }: Transcript): ModelRequest => ({
  model,
  system: system ?? '',
  messages,
  tools: definitions,
})

/** Between two attempts a pause or an end was asked for: the call is made anew after it. */
class GaveWay extends Error {
  override readonly name = 'GaveWay'
}

/** The live side of a turn: a message id per attempt, the last of them the recorded message's. */
class LiveMessage implements ReplyObserver {
  messageId = newId()
  readonly #run: Run
  readonly #turn: number
  #frames: LiveFrames | undefined

  constructor(run: Run, turn: number) {
    this.#run = run
    this.#turn = turn
  }

  attempt() {
    const { journal, deps, workspaceId } = this.#run
    this.messageId = newId()
    const identity = { sessionId: journal.sessionId, messageId: this.messageId }
    this.#run.activity = 'busy'
    this.#frames = new LiveFrames(identity, (frame) => deps.publishLive(workspaceId, frame), deps.redactor.text)
    this.#frames.started(this.#turn)
  }

  delta(delta: Delta) {
    this.#frames?.delta(delta)
  }

  broken() {
    this.#frames?.aborted()
  }

  finished() {
    this.#frames?.finished()
  }

  async retry(reason: string, delayMs: number) {
    const { journal, deps } = this.#run
    deps.logger.warn({ sessionId: journal.sessionId, reason, delayMs }, 'the model did not answer, trying again')
    const gaveWay = await this.#run.until(() => isInterrupted(this.#run), { timeoutMs: delayMs })
    if (gaveWay) throw new GaveWay()
  }
}
