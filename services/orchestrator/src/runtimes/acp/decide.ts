import type { PermissionOption, RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk'
import { uuidv5 } from '@mosaic/event-store'
import { isLive, type LiveSession } from '../../domain/agent-session/index.ts'
import { isInterrupted, type Run } from '../worktree/index.ts'
import { inputOf, nameOfTool } from './tool-words.ts'
import type { Decide } from './turn.ts'

/** So much of what is to be done is shown to who decides, in characters. */
const mostShown = 6_000

/**
 * What an agent may do that asks first. Its sandbox holds all the same; where a person wants to see each step, they are
 * asked with the call as it is, and what they say holds for this one.
 */
export function decider(run: Run, session: LiveSession): Decide {
  if (session.spec.approvals?.otherwise !== 'ask')
    return async (_, request) => select(request, ['allow_once', 'allow_always'])
  return ({ id }, request) => ask(run, uuidv5(`${id}/permission`), request)
}

async function ask(
  run: Run,
  questionId: string,
  request: RequestPermissionRequest,
): Promise<RequestPermissionResponse> {
  const { toolCall, options } = request
  const names = options.slice(0, 10).map(({ name }) => name.slice(0, 500))
  const input = JSON.stringify(inputOf(toolCall), null, 2)
  const question = `${nameOfTool(toolCall)}: may it do this?\n${run.redactor.text(input).slice(0, mostShown)}`
  const asked = { questionId, question, options: names, defaultAnswer: null, expiresAt: null }
  if (!(await run.record({ type: 'AskOperator', ...asked })).ok) return cancelled
  const answer = () => {
    const { session } = run.journal
    return isLive(session) ? session.inbox.find((message) => message.questionId === questionId)?.text : undefined
  }
  run.activity = 'idle'
  try {
    await run.until(() => answer() !== undefined || isInterrupted(run))
  } finally {
    run.activity = 'sandboxed'
  }
  const said = answer()
  if (said === undefined) return cancelled
  const { session } = run.journal
  await run.record({ type: 'TakeAnswer', questionId, turn: isLive(session) ? session.turn : 0 })
  const chosen = options.find(({ name }) => name.toLowerCase() === said.trim().toLowerCase())
  return chosen ? selected(chosen) : select(request, ['reject_once', 'reject_always'])
}

/** The first of such a kind that there is. */
function select(
  { options }: RequestPermissionRequest,
  kinds: readonly PermissionOption['kind'][],
): RequestPermissionResponse {
  const option = kinds.flatMap((kind) => options.find((one) => one.kind === kind) ?? [])[0]
  return option ? selected(option) : cancelled
}

const selected = ({ optionId }: PermissionOption): RequestPermissionResponse => ({
  outcome: { outcome: 'selected', optionId },
})
const cancelled: RequestPermissionResponse = { outcome: { outcome: 'cancelled' } }
