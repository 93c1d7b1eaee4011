import { hash } from 'node:crypto'
import type { AgentSessionEvent, AgentSessionEventOf, StuckReason } from '@mosaic/contracts/agent-session'
import { toolNamed } from '../tools/index.ts'
import { outcomeText } from './outcome-text.ts'

/** How a session gets on, as far as its facts tell. Folded from its events in order; times are those of the events. */
export type Progress = {
  /** When the agent last brought about a fact; in milliseconds since 1970. */
  readonly lastFactAt: number
  /** The call that runs now. */
  readonly open: Call | null
  /** How often which call had which outcome since something changed, the newest last. */
  readonly outcomes: ReadonlyMap<string, number>
  readonly newest: { readonly name: string; readonly key: string } | null
  /** An error that came again, whatever was tried in between. */
  readonly errors: Errors | null
  /** What it was found to be stuck at, and whether it has got on since. */
  readonly found: { readonly reason: StuckReason; readonly gotOn: boolean } | null
}

type Call = { readonly id: string; readonly name: string; readonly key: string }
type Errors = { readonly key: string; readonly text: string; readonly times: number; readonly calls: readonly string[] }
type Completed = AgentSessionEventOf<'ToolCompleted'>['data']

/** A call that waits for others. */
export const isWaiting = (call: Pick<Call, 'name'> | null): boolean =>
  call !== null && toolNamed(call.name)?.waitsForOthers === true

const mostOutcomes = 100

export const noProgress: Progress = {
  lastFactAt: 0,
  open: null,
  outcomes: new Map(),
  newest: null,
  errors: null,
  found: null,
}

export function evolveProgress(progress: Progress, event: AgentSessionEvent, at: number): Progress {
  const next = isOthers(event) ? progress : factOf({ ...progress, lastFactAt: at })
  switch (event.type) {
    case 'ToolInvoked': {
      const { toolCallId: id, name, input } = event.data
      return { ...next, open: { id, name, key: keyOf(name, JSON.stringify(input)) } }
    }
    case 'ToolCompleted':
      return completed(next, event.data)
    case 'CheckpointRecorded':
      return gotOn({ ...next, outcomes: new Map() }, 'SAME_CALL')
    case 'CommitRecorded':
    case 'OperatorMessageDelivered':
      return gotOn({ ...next, outcomes: new Map(), errors: null }, 'SAME_CALL', 'SAME_ERROR')
    case 'AgentFoundStuck':
      return foundStuck(next, event.data.reason)
    case 'AgentGotOn':
      return { ...next, found: null }
    default:
      return next
  }
}

/** Facts that say nothing of whether the agent does something. */
function isOthers(event: AgentSessionEvent): boolean {
  switch (event.type) {
    case 'OperatorMessageInjected':
    case 'AgentPauseRequested':
    case 'AgentResumeRequested':
    case 'AgentTerminateRequested':
    case 'AgentKillRequested':
    case 'ModelCallRetryRequested':
    case 'TerminalControlTaken':
    case 'TerminalControlReleased':
    case 'SecretAllowed':
    case 'BranchPushed':
    case 'CheckpointFailed':
    case 'AgentFoundStuck':
    case 'AgentGotOn':
    case 'AgentContactLost':
    case 'AgentContactRestored':
      return true
    case 'MessageRecorded':
      return event.data.role !== 'agent'
    default:
      return false
  }
}

const factOf = (progress: Progress): Progress => gotOn(progress, 'NO_NEW_FACT')

/** What it has been told, or what others were, counts from here. */
function foundStuck({ outcomes, errors, ...progress }: Progress, reason: StuckReason): Progress {
  const again = new Map([...outcomes.keys()].map((key) => [key, 0]))
  return { ...progress, outcomes: again, errors: errors && { ...errors, times: 0 }, found: { reason, gotOn: false } }
}

function gotOn(progress: Progress, ...from: readonly StuckReason[]): Progress {
  const { found } = progress
  return found && !found.gotOn && from.includes(found.reason)
    ? { ...progress, found: { ...found, gotOn: true } }
    : progress
}

function completed(progress: Progress, { toolCallId, name, output, isError }: Completed): Progress {
  const { open } = progress
  const call = open?.id === toolCallId ? open : { id: toolCallId, name, key: keyOf(name, '') }
  if (isWaiting(call)) return { ...progress, open: null }
  const text = outcomeText(output)
  const key = keyOf(call.key, text)
  const outcomes = counted(progress.outcomes, key)
  const counting = { ...progress, open: null, outcomes, newest: { name, key } }
  const changed = progress.outcomes.has(key) ? counting : gotOn(counting, 'SAME_CALL')
  return isError ? failed(changed, call, text) : succeeded(changed, call)
}

function counted(outcomes: ReadonlyMap<string, number>, key: string): ReadonlyMap<string, number> {
  const next = new Map(outcomes)
  const times = (next.get(key) ?? 0) + 1
  next.delete(key)
  next.set(key, times)
  const [oldest] = next.keys()
  if (next.size > mostOutcomes && oldest !== undefined) next.delete(oldest)
  return next
}

/** An error without words is no error that could be the same. */
const leastWords = 12

function failed(progress: Progress, call: Call, text: string): Progress {
  if (text.replaceAll(/\[[^\]]*\]/g, '').trim().length < leastWords) return progress
  const key = keyOf(text)
  const { errors } = progress
  if (errors?.key !== key) {
    return gotOn({ ...progress, errors: { key, text, times: 1, calls: [call.key] } }, 'SAME_ERROR')
  }
  return {
    ...progress,
    errors: { ...errors, times: errors.times + 1, calls: [...new Set([...errors.calls, call.key])] },
  }
}

/** What did not work before works now. */
const succeeded = (progress: Progress, call: Call): Progress =>
  progress.errors?.calls.includes(call.key) ? gotOn({ ...progress, errors: null }, 'SAME_ERROR') : progress

const keyOf = (...parts: readonly string[]): string => hash('sha1', parts.join('\0'))
