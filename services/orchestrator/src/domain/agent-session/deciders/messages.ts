import { capabilitiesOf } from '@mosaic/contracts/agent-session'
import { ok } from '@mosaic/contracts/kernel'
import type { LiveSession } from '../state.ts'
import { cannotPause, notSupported } from './control.ts'
import { beingKilled, type Deciders, factOf, nothing, only } from './decision.ts'

/** What people tell the agent, and what it asks them. */
export const messages = {
  InjectMessage: ({ messageId, text, operatorName, pauseBeforeSend }, live) => {
    if (live.kill) return beingKilled()
    if (capabilitiesOf(live.spec.runtime).bargeIn === 'none') return notSupported(live, 'takes no messages')
    if (pauseBeforeSend && cannotPause(live)) return notSupported(live, 'cannot be paused')
    const { sessionId } = live.spec
    const questionId = openQuestion(live)
    const injected = { sessionId, messageId, text, operatorName, questionId }
    const pausing = live.status === 'paused' ? live.control !== 'resume' : live.control === 'pause'
    return pauseBeforeSend && !pausing
      ? only(
          { type: 'OperatorMessageInjected', data: injected },
          { type: 'AgentPauseRequested', data: { sessionId, reason: 'before sending a message' } },
        )
      : only({ type: 'OperatorMessageInjected', data: injected })
  },
  DeliverMessages: ({ turn }, live) => {
    const { sessionId } = live.spec
    // An answer goes into its tool's result, never beside it.
    return ok(
      live.inbox
        .filter(({ questionId }) => questionId === null || questionId !== live.question?.questionId)
        .map(({ messageId, questionId }) => ({
          type: 'OperatorMessageDelivered',
          data: { sessionId, messageId, turn, questionId },
        })),
    )
  },
  AskOperator: (command, live) => {
    if (live.kill) return beingKilled()
    const asked = live.status === 'waiting' && live.question?.questionId === command.questionId
    return asked ? nothing : only({ type: 'AgentWaitingForOperator', data: factOf(command, live) })
  },
  TakeAnswer: ({ questionId, turn }, live) => {
    const answer = live.inbox.find((message) => message.questionId === questionId)
    if (!answer) return nothing
    const { sessionId } = live.spec
    return only({
      type: 'OperatorMessageDelivered',
      data: { sessionId, messageId: answer.messageId, turn, questionId },
    })
  },
  ExpireQuestion: ({ questionId, answer }, live) => {
    const answered = live.inbox.some((message) => message.questionId === questionId)
    if (live.question?.questionId !== questionId || live.status !== 'waiting' || answered) return nothing
    return only({ type: 'OperatorQuestionExpired', data: { sessionId: live.spec.sessionId, questionId, answer } })
  },
} satisfies Partial<Deciders>

/** The question that the next message answers: open, and nobody has answered it yet. */
const openQuestion = ({ question, inbox }: LiveSession): string | null =>
  question && !inbox.some(({ questionId }) => questionId === question.questionId) ? question.questionId : null
