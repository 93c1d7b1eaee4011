import type { FailureCode } from '@mosaic/contracts/agent-session'
import { type AgentSession, isLive } from '../../domain/agent-session/index.ts'
import type { Call, Transcript } from '../../journal/transcript.ts'

/** What a session does next. It follows from its events alone, so a session that is picked up goes on where it was. */
export type Step =
  | { readonly kind: 'release' }
  | { readonly kind: 'kill' }
  | { readonly kind: 'terminate' }
  | { readonly kind: 'stand-still' }
  | { readonly kind: 'prepare' }
  | { readonly kind: 'hold' }
  | { readonly kind: 'tool'; readonly call: Call }
  | { readonly kind: 'deliver' }
  | { readonly kind: 'complete'; readonly summary: string }
  | { readonly kind: 'fail'; readonly code: FailureCode; readonly message: string }
  | { readonly kind: 'nudge'; readonly because: 'cut-off' | 'silent' }
  | { readonly kind: 'remark'; readonly text: string }
  | { readonly kind: 'compact' }
  | { readonly kind: 'await-model' }
  | { readonly kind: 'call-model' }

export type Here = {
  /** Whether this process has a sandbox and a worktree for the session. */
  readonly prepared: boolean
  /** Whether the model has been asked already what it would be asked now. */
  readonly asked: boolean
  /** Whether it has lived longer than a session may. */
  readonly overdue: boolean
  /** Whether its stream holds an event that cannot be read. */
  readonly unreadable: boolean
  /** Whether the conversation comes near to the model's window, and could be shorter. */
  readonly crowded: boolean
  readonly mostTurns: number
  /** Whether a turn that ends without a word is its end. */
  readonly endsSilently: boolean
  /** Whether a budget that it waits for has been changed. */
  readonly mayFitNow: boolean
  /** What the model is to be told besides. */
  readonly remark: string | undefined
  readonly now: Date
}

const maximumCutOffs = 3
const maximumSilences = 2

export function nextStep(session: AgentSession, transcript: Transcript, here: Here): Step {
  if (!isLive(session)) return { kind: 'release' }
  if (session.kill) return { kind: 'kill' }
  if (session.terminate) return { kind: 'terminate' }
  if (here.unreadable) return { kind: 'stand-still' }
  if (!here.prepared) return { kind: 'prepare' }
  if (here.asked) return { kind: 'call-model' }
  if (session.status === 'paused' || session.control !== 'none') return { kind: 'hold' }
  const call = transcript.calls.find(({ state }) => state !== 'done')
  if (call) return { kind: 'tool', call }
  if (transcript.finish) return endOf(transcript.finish)
  if (here.overdue) return { kind: 'fail', code: 'TIME_LIMIT_REACHED', message: 'the session has run for too long' }
  if (session.inbox.length > 0) return { kind: 'deliver' }
  if (transcript.awaiting === 'nothing') return afterLastWord(transcript, here)
  if (here.remark !== undefined) return { kind: 'remark', text: here.remark }
  if (session.turn >= here.mostTurns) {
    return { kind: 'fail', code: 'TURN_LIMIT_REACHED', message: `the agent used all of its ${session.turn} turns` }
  }
  if (
    session.modelWait &&
    !session.modelWait.retryNow &&
    !here.mayFitNow &&
    Date.parse(session.modelWait.nextTryAt) > here.now.getTime()
  ) {
    return { kind: 'await-model' }
  }
  return { kind: here.crowded ? 'compact' : 'call-model' }
}

const endOf = ({ outcome, summary }: NonNullable<Transcript['finish']>): Step =>
  outcome === 'completed'
    ? { kind: 'complete', summary }
    : { kind: 'fail', code: 'AGENT_REPORTED_FAILURE', message: summary || 'the agent reported failure' }

/** The model has stopped by itself: is it done, refused, or out of room? */
function afterLastWord(
  { lastStopReason, lastText, cutOffs, silences, isCompacted }: Transcript,
  { endsSilently }: Here,
): Step {
  switch (lastStopReason) {
    case 'refusal':
      return { kind: 'fail', code: 'MODEL_REFUSED', message: lastText || 'the model declined to go on' }
    case 'model_context_window_exceeded':
      return isCompacted ? { kind: 'nudge', because: 'cut-off' } : { kind: 'compact' }
    case 'max_tokens':
      return cutOffs < maximumCutOffs
        ? { kind: 'nudge', because: 'cut-off' }
        : { kind: 'fail', code: 'TOKEN_LIMIT_REACHED', message: 'the model ran out of output tokens again and again' }
    case 'pause_turn':
      return { kind: 'nudge', because: 'cut-off' }
    default:
      if (endsSilently) return { kind: 'complete', summary: lastText }
      if (silences >= maximumSilences) {
        return { kind: 'fail', code: 'MODEL_SAID_NOTHING', message: 'the model was asked twice and said nothing' }
      }
      if (silences > 0) return { kind: 'nudge', because: 'silent' }
      return { kind: 'complete', summary: lastText }
  }
}
