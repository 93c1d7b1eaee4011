import type { AgentSessionEventType } from '@mosaic/contracts/agent-session'
import { clockTime, harmless } from '../../format/text.ts'

type Data = Readonly<Record<string, unknown>>
type Said = { readonly type: string; readonly data: unknown }

/** What a session has begun to wait for, and what goes on with it: once for each wait, however often it is tried anew. */
export function waitsOf(sessionId: string): (event: Said) => string | undefined {
  let waitsFor: unknown
  return ({ type, data: given }) => {
    const data = (given ?? {}) as Data
    if (type === 'ModelCallResumed') waitsFor = undefined
    if (type !== 'ModelCallDeferred') return waitText(type, data, sessionId)
    if (waitsFor === data['reason']) return undefined
    waitsFor = data['reason']
    return waitText(type, data, sessionId)
  }
}

function waitText(type: string, data: Data, sessionId: string): string | undefined {
  const word = (field: string) => harmless(String(data[field] ?? ''))
  switch (type as AgentSessionEventType) {
    case 'AgentWaitingForOperator': {
      const otherwise =
        data['expiresAt'] === null
          ? ''
          : ` Unanswered it goes on with “${word('defaultAnswer')}” at ${clockTime(word('expiresAt'))}.`
      return `It waits for your answer: ${word('question')}${otherwise}\n  mosaic agent answer ${sessionId}`
    }
    case 'ApprovalRequested':
      return `It asks to be allowed ${word('tool')}: ${word('shown').slice(0, 500)}\n  mosaic approval show ${word('approvalId')}`
    case 'ModelCallDeferred':
      return deferredText(word('reason'), word('message'), sessionId)
    case 'AgentPaused':
      return `It is paused, and waits for you.\n  mosaic agent resume ${sessionId}`
    case 'AgentFoundStuck':
      return `It needs attention: ${word('message')}\n  mosaic agent show ${sessionId}`
    default:
      return undefined
  }
}

function deferredText(reason: string, message: string, sessionId: string): string {
  if (reason === 'PRICE_UNKNOWN') return `It waits for you: ${message}`
  if (reason !== 'BUDGET_EXHAUSTED') return `It waits: ${message}\n  mosaic agent show ${sessionId}`
  const scope = message.includes('this session') ? `session ${sessionId}` : '(mission ID, task ID or workspace)'
  const raise = `mosaic budget raise --for ${scope} --usd N, --tokens N or --wall SPAN`
  return `It waits for you: ${message}\n  ${raise}; to end it: mosaic agent terminate ${sessionId}`
}
