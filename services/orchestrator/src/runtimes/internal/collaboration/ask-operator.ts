import { isLive } from '../../../domain/agent-session/index.ts'
import type { ToolInput } from '../../../tools/index.ts'
import { isInterrupted, type Run } from '../run.ts'
import type { Finding } from './finding.ts'

const noAnswer = 'Nobody answered. Decide for yourself and say what you decided.'

/**
 * Asks, waits, answers. The call's id is the question's, so a session that is picked up asks the same question, not
 * another. `undefined` when a pause or the end of the session comes first: it is gone on with after the pause.
 */
export async function askOperator(
  run: Run,
  callId: string,
  input: ToolInput<'ask_operator'>,
): Promise<Finding | undefined> {
  const { journal } = run
  const told = journal.transcript.answerTo(callId)
  if (told) return { content: JSON.stringify(told), isError: false }
  const session = journal.session
  if (!isLive(session)) return undefined
  const open = session.question?.questionId === callId ? session.question : undefined
  const expiresAt = open
    ? open.expiresAt
    : input.timeout_seconds === undefined
      ? null
      : new Date(Date.now() + input.timeout_seconds * 1000).toISOString()
  const defaultAnswer = input.default_answer ?? null
  const question = { questionId: callId, question: input.question, options: input.options ?? [], defaultAnswer }
  const asked = await run.record({ type: 'AskOperator', ...question, expiresAt })
  if (!asked.ok) return undefined

  run.activity = 'idle'
  const inTime = await run.until(() => isAnswered(run, callId) || isInterrupted(run), {
    timeoutMs: expiresAt === null ? undefined : Date.parse(expiresAt) - Date.now(),
  })
  run.activity = 'busy'
  if (isInterrupted(run)) return undefined
  if (isAnswered(run, callId)) await run.record({ type: 'TakeAnswer', questionId: callId, turn: turnOf(run) + 1 })
  else if (!inTime) {
    await run.record({ type: 'ExpireQuestion', questionId: callId, answer: defaultAnswer ?? noAnswer })
  }
  const answer = journal.transcript.answerTo(callId)
  return answer && { content: JSON.stringify(answer), isError: false }
}

const turnOf = ({ journal: { session } }: Run) => (session.status === 'none' ? 0 : session.turn)

const isAnswered = ({ journal: { session } }: Run, questionId: string) =>
  isLive(session) && session.inbox.some((message) => message.questionId === questionId)
