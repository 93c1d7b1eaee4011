import type { LiveFrame } from '@mosaic/contracts/messaging'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import type { Transcript } from '../../journal/transcript.ts'
import { definitionOf, toolsFor } from '../../tools/index.ts'
import { modelNow, type Run, type TimeLimit } from '../worktree/index.ts'
import { LiveFrames, type ModelRequest, type Reply } from '../model/index.ts'
import { modelOf } from './model-of.ts'

/** A question to the model that is under way, and the message that its answer is going to be. */
export type Asked = {
  readonly request: ModelRequest
  readonly messageId: string
  readonly reply: Promise<Reply>
  /** What it may take, and whatever else is asked in its place. */
  readonly within: TimeLimit
}

export const requestOf = (
  session: LiveSession,
  { system, messages }: Pick<Transcript, 'system' | 'messages'>,
): ModelRequest => ({
  model: modelNow(session).model,
  system: system ?? '',
  messages,
  tools: toolsFor(session.spec).map(definitionOf),
})

/** Asks the model of a session for its next turn: what it says goes out live while it says it. */
export function ask(run: Run, session: LiveSession, question: Question): Asked {
  const { request, messageId, within } = question
  return { request, messageId, within, reply: within((signal) => speakLive(run, session, { ...question, signal })) }
}

type Question = Pick<Asked, 'request' | 'messageId' | 'within'>

async function speakLive(
  run: Run,
  session: LiveSession,
  { request, messageId, signal }: Question & { readonly signal: AbortSignal },
): Promise<Reply> {
  const { deps, workspaceId, journal } = run
  const identity = { sessionId: journal.sessionId, messageId }
  const publish = (frame: LiveFrame) => deps.publishLive(workspaceId, frame)
  const frames = new LiveFrames(identity, publish, { redact: run.redactor.text, seam: run.seams.live })
  run.activity = 'busy'
  frames.started(session.turn + 1)
  try {
    const reply = await modelOf(run, session).reply(request, { signal, onDelta: (delta) => frames.delta(delta) })
    frames.finished()
    return reply
  } catch (error) {
    frames.aborted()
    throw error
  }
}
