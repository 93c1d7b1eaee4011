import { z } from 'zod'
import { isLive } from '../../domain/agent-session/index.ts'
import type { ToolSession } from '../contract.ts'
import { defineTool } from '../define-tool.ts'
import { line, seconds } from '../inputs.ts'

const noAnswer = 'Nobody answered. Decide for yourself and say what you decided.'

/** The call's id is the question's, so a session that is picked up asks the same question, not another. */
export const askOperator = defineTool({
  name: 'ask_operator',
  description:
    'Asks the person in charge and waits. Use it for decisions that are not yours to take, not for what you can find out.',
  runs: 'waiting',
  repeatable: true,
  waitsForOthers: true,
  input: z.strictObject({
    question: line(8_000),
    options: z.array(z.string().min(1).max(500)).min(2).max(10).optional(),
    default_answer: z.string().min(1).max(8_000).optional().describe('Used when nobody answers in time.'),
    timeout_seconds: seconds(86_400).optional(),
  }),
  async execute(input, { callId, session }) {
    if (session.answerTo(callId)) return answerOf(session, callId)
    if (!isLive(session.state)) return undefined
    const open = session.state.question?.questionId === callId ? session.state.question : undefined
    const expiresAt = open ? open.expiresAt : inSeconds(session, input.timeout_seconds)
    const defaultAnswer = input.default_answer ?? null
    const question = { questionId: callId, question: input.question, options: input.options ?? [], defaultAnswer }
    const asked = await session.record({ type: 'AskOperator', ...question, expiresAt })
    if (!asked.ok) return undefined

    const inTime = await session.wait(() => isAnswered(session, callId) || session.isInterrupted, {
      timeoutMs: expiresAt === null ? undefined : Date.parse(expiresAt) - session.clock.now().getTime(),
    })
    if (session.isInterrupted) return undefined
    if (isAnswered(session, callId)) {
      await session.record({ type: 'TakeAnswer', questionId: callId, turn: turnOf(session) + 1 })
    } else if (!inTime) {
      await session.record({ type: 'ExpireQuestion', questionId: callId, answer: defaultAnswer ?? noAnswer })
    }
    return answerOf(session, callId)
  },
})

const inSeconds = ({ clock }: ToolSession, seconds: number | undefined) =>
  seconds === undefined ? null : new Date(clock.now().getTime() + seconds * 1000).toISOString()

function answerOf(session: ToolSession, callId: string) {
  const answer = session.answerTo(callId)
  return answer && { content: JSON.stringify(answer), details: {} }
}

const turnOf = ({ state }: ToolSession) => (state.status === 'none' ? 0 : state.turn)

const isAnswered = ({ state }: ToolSession, questionId: string) =>
  isLive(state) && state.inbox.some((message) => message.questionId === questionId)
