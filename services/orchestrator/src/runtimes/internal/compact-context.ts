import type { AgentSessionEventOf, Usage } from '@mosaic/contracts/agent-session'
import { newId } from '@mosaic/contracts/kernel'
import { isLive, type LiveSession } from '../../domain/agent-session/index.ts'
import { charactersOf, compacted } from '../../journal/compacted.ts'
import type { Told } from '../../journal/transcript.ts'
import {
  mayCall,
  modelNow,
  type Run,
  SessionFailure,
  tellCut,
  TimeIsUpError,
  type TimeLimit,
} from '../worktree/index.ts'
import { type CompactionPlan, planCompaction } from './compaction-plan.ts'
import { deferCall } from './defer-call.ts'
import { ModelFault } from '../model/index.ts'
import { modelOf } from './model-of.ts'
import { summaryRequest } from './summary-request.ts'

/** Of the model's window: fuller than this, a conversation is made shorter before the model refuses it. */
const crowdedFrom = 0.8

type Shortened = { readonly how: AgentSessionEventOf<'ContextCompacted'>['data']['how']; readonly usage: Usage | null }

/** Whether the conversation comes near to the model's window, where both are known, and could be shorter. */
export function isCrowded({ journal: { session, transcript }, deps }: Run): boolean {
  if (!isLive(session) || transcript.contextTokens === null) return false
  const window = deps.modelTable.contextTokens(modelNow(session))
  if (window === undefined || transcript.contextTokens <= crowdedFrom * window) return false
  return planCompaction(transcript.told) !== undefined
}

/** Makes the conversation shorter, ahead of time or because its last message filled the window. */
export function compact(run: Run, session: LiveSession): Promise<void> {
  const fault = new ModelFault('CONTEXT_FULL', "the conversation fills the model's context window")
  return makeRoom(run, session, { fault, within: undefined })
}

/** @property within Of the call that filled the window, for which a budget's room is kept. */
type Full = { readonly fault: ModelFault; readonly within: TimeLimit | undefined }

/** Makes a conversation shorter that the model does not take any more, as a fact; or gives up where nothing can go. */
export async function makeRoom(run: Run, session: LiveSession, { fault, within }: Full): Promise<void> {
  const { transcript } = run.journal
  const plan = planCompaction(transcript.told)
  if (!plan) throw contextFull(fault)
  const shortened = await shorten(run, session, { ...plan, within }).catch((error: unknown) => {
    if (error instanceof TimeIsUpError) return tellCut(run, session)
    if (!(error instanceof ModelFault)) throw error
    if (error.kind === 'CONTEXT_FULL' || error.kind === 'REFUSED') throw contextFull(error)
    return deferCall(run, session, error)
  })
  if (!shortened) return
  const { how, usage } = shortened
  const { throughTurn } = plan
  const charactersBefore = charactersOf(transcript.told)
  const charactersAfter = charactersOf(compacted(transcript.told, { throughTurn, how }))
  const tokensBefore = transcript.contextTokens
  const tokensAfter = tokensBefore && Math.round((tokensBefore * charactersAfter) / charactersBefore)
  const measured = { charactersBefore, charactersAfter, tokensBefore, tokensAfter }
  await run.record({ type: 'CompactContext', throughTurn, how, ...measured, usage })
}

/** `undefined`: a budget has no room for the summary now. */
async function shorten(
  run: Run,
  session: LiveSession,
  { kind, throughTurn, within: kept }: CompactionPlan & Pick<Full, 'within'>,
): Promise<Shortened | undefined> {
  if (kind === 'elide') return { how: { kind: 'results-elided' }, usage: null }
  const { transcript } = run.journal
  const { model, modelProvider } = modelNow(session)
  const older: Told[] = transcript.told.filter(({ turn }) => turn <= throughTurn)
  const request = summaryRequest(model, older)
  const within = kept ?? (await mayCall(run, session, { callId: newId(), request, counted: null }))
  if (!within) return undefined
  const reply = await within((signal) => modelOf(run, session).reply(request, { signal, onDelta: () => undefined }))
  const said = reply.content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join('\n')
  const summary = said.trim() || `(Turns 1 to ${throughTurn} are left out, and the model gave no summary of them.)`
  const costUsd =
    reply.tokens && run.deps.modelTable.costUsd({ modelProvider, model: reply.model || model }, reply.tokens)
  return { how: { kind: 'summarised', summary }, usage: reply.tokens && { ...reply.tokens, costUsd } }
}

const contextFull = (fault: ModelFault) =>
  new SessionFailure('CONTEXT_FULL', `${fault.message}; nothing more of it can be left out`, { cause: fault })
