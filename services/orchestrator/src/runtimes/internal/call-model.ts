import type { ContentBlock } from '@mosaic/contracts/agent-session'
import { newId } from '@mosaic/contracts/kernel'
import { InvalidEventError } from '@mosaic/event-store'
import type { Redactor } from '@mosaic/redaction'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import type { Transcript } from '../../journal/transcript.ts'
import { definitionOf, tools } from '../../tools/index.ts'
import { withOwnIds } from './call-ids.ts'
import { makeRoom } from './compact-context.ts'
import { deferCall } from './defer-call.ts'
import { type Model, ModelFault, type ModelRequest, type Reply } from './model/contract.ts'
import { LiveFrames } from './model/live-frames.ts'
import { modelOf } from './model-of.ts'
import { runtimeAsked } from './asked.ts'
import type { Run } from './run.ts'
import { SessionFailure } from './session-failure.ts'

/** One turn of the model: what it says goes out live while it says it, and becomes a fact when it is whole. */
export async function takeTurn(run: Run, session: LiveSession): Promise<void> {
  const { deps, journal } = run
  const { model: asked, modelProvider } = runtimeAsked(session.spec)
  const turn = session.turn + 1
  const messageId = newId()
  try {
    const { content, stopReason, model, tokens } = await speakLive(run, modelOf(run, session), {
      request: requestOf(asked, journal.transcript),
      messageId,
      turn,
    })
    const answeredBy = model || asked
    const usage = tokens && {
      ...tokens,
      costUsd: deps.modelTable.costUsd({ modelProvider, model: answeredBy }, tokens),
    }
    const own = withOwnIds(unspoilt(content, deps.redactor), { turn, used: journal.transcript.callIds })
    const message = { messageId, turn, role: 'agent' as const, content: own, usage, stopReason }
    for (const block of own) if (block.type === 'tool_use') run.heard.set(block.id, block.input)
    await run.record({ type: 'RecordMessage', ...message, model: answeredBy })
  } catch (error) {
    if (error instanceof InvalidEventError) {
      throw new SessionFailure('MODEL_ANSWER_INVALID', `the model's answer is unusable: ${error.message}`, {
        cause: error,
      })
    }
    if (!(error instanceof ModelFault)) throw error
    if (error.kind === 'CONTEXT_FULL') return makeRoom(run, session, error)
    return deferCall(run, session, error)
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

type Turn = { readonly request: ModelRequest; readonly messageId: string; readonly turn: number }

async function speakLive(run: Run, model: Model, { request, messageId, turn }: Turn): Promise<Reply> {
  const { deps, workspaceId, journal } = run
  const identity = { sessionId: journal.sessionId, messageId }
  const frames = new LiveFrames(identity, (frame) => deps.publishLive(workspaceId, frame), deps.redactor.text)
  run.activity = 'busy'
  frames.started(turn)
  try {
    const reply = await model.reply(request, { signal: run.halted, onDelta: (delta) => frames.delta(delta) })
    frames.finished()
    return reply
  } catch (error) {
    frames.aborted()
    throw error
  }
}
