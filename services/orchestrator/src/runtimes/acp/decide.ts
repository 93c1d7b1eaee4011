import type { PermissionOption, RequestPermissionRequest, RequestPermissionResponse } from '@agentclientprotocol/sdk'
import { canonical, type ExactCall } from '../../approvals/index.ts'
import { isLive } from '../../domain/agent-session/index.ts'
import { type Permit, permit, type Run } from '../worktree/index.ts'
import type { Asks } from './asks.ts'
import { inputOf, isRecord, nameOfTool, textsOf } from './tool-words.ts'
import type { Call, Decide } from './turn.ts'

/** What a person has said when they denied something: the agent is told when its turn has ended. */
export type Denied = { readonly tool: string; readonly note: string }

/**
 * What an agent may do that asks first. Its sandbox holds all the same; what policies and people say holds for the call as it
 * was shown, once: remembering is not left to the agent. One is asked after the other.
 */
export const decider =
  (run: Run, how: { denied: Denied[]; theirs: TheirTurn; asks: Asks }): Decide =>
  (call, request) =>
    how.asks.inTurn(() => decide(run, call, { request, ...how }))

/** When it is over, also what is asked in it is. */
export type TheirTurn = { ended(): boolean; onEnd(check: () => void): () => void }

type Asked = {
  readonly request: RequestPermissionRequest
  readonly denied: Denied[]
  readonly theirs: TheirTurn
  readonly asks: Asks
}

async function decide(
  run: Run,
  call: Call,
  { request, denied, theirs, asks }: Asked,
): Promise<RequestPermissionResponse> {
  const { session } = run.journal
  const turn = isLive(session) ? session.turn : 0
  const diff = textsOf((call.said.content ?? []).filter(({ type }) => type === 'diff')).join('\n')
  const exact = exactOf(call)
  const asking = { toolCallId: call.id, turn, call: exact, theirs, ...(diff !== '' && { diff }) }
  const permitted = await permit(run, asking)
  run.activity = 'sandboxed'
  // What was said of it up to now is what was looked at.
  if (permitted.kind === 'allowed') {
    call.isBound = true
    asks.allow({ tool: exact.tool, input: isRecord(call.said.rawInput) ? call.said.rawInput : {} })
  }
  if (permitted.kind === 'denied' && permitted.note !== null) denied.push({ tool: exact.tool, note: permitted.note })
  return answerOf(permitted, request)
}

/** All that the agent has said of the call, also where it has said it twice in other words. */
export function exactOf({ said, inputs }: Pick<Call, 'said' | 'inputs'>): ExactCall {
  const input = inputOf(said)
  const now = canonical(said.rawInput ?? null)
  const earlier = [...inputs].filter((each) => each !== now).map((each) => JSON.parse(each) as unknown)
  return { tool: nameOfTool(said), input: earlier.length === 0 ? input : { ...input, saidBefore: earlier } }
}

function answerOf({ kind }: Permit, request: RequestPermissionRequest): RequestPermissionResponse {
  if (kind === 'gone') return cancelled
  return select(request, kind === 'denied' ? 'reject_once' : 'allow_once')
}

function select({ options }: RequestPermissionRequest, kind: PermissionOption['kind']): RequestPermissionResponse {
  const option = options.find((one) => one.kind === kind)
  return option ? { outcome: { outcome: 'selected', optionId: option.optionId } } : cancelled
}

const cancelled: RequestPermissionResponse = { outcome: { outcome: 'cancelled' } }
