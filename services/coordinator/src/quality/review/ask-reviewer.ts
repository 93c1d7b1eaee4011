import { agentSessionStream, hasEnded, statusAfter } from '@mosaic/contracts/agent-session'
import { actorHeaders, orchestratorRoutes } from '@mosaic/contracts/http'
import type { CheckRequest, Opinion } from '@mosaic/contracts/quality'
import type { EventStore } from '@mosaic/event-store'
import type { Review } from '../decide.ts'
import { notReviewed } from '../verdict.ts'
import { UndecidedError, type Orchestrators } from '../orchestrators.ts'
import { judgeOpinion } from './judge.ts'
import { reviewTask } from './task.ts'

export type ReviewSettings = {
  /** In place of the author's. */
  readonly model: string | undefined
  /** What reviewers are told besides. */
  readonly instructions: string | undefined
  readonly patienceMs: number
}

/** Has a session of its own look at the change, and waits for what it says, which stands in its stream. */
export const reviewer =
  ({
    orchestrators,
    store,
    settings,
  }: {
    orchestrators: Orchestrators
    store: EventStore
    settings: ReviewSettings
  }): Review =>
  async (request, { change }) => {
    const startedAt = performance.now()
    const { sessionId: author, checkId, commit, workspaceId } = request
    const { model, instructions, patienceMs } = settings
    const asked = await orchestrators.of(request).call(orchestratorRoutes.review, {
      params: { id: author },
      body: { checkId, commit, task: reviewTask(request, change, instructions), ...(model !== undefined && { model }) },
      headers: { [actorHeaders.workspaceId]: workspaceId },
      timeoutMs: 45_000,
    })
    if (!asked.ok) throw new UndecidedError(`no reviewer can be had: ${asked.error.message}`)
    const opinion = await opinionOf(store, asked.value.sessionId, AbortSignal.timeout(patienceMs))
    if (typeof opinion === 'string') return notReviewed(`the reviewer ${asked.value.sessionId} ${opinion}`)
    return judgeOpinion(opinion, Math.round(performance.now() - startedAt))
  }

/** Its opinion, or what has become of it without one. */
async function opinionOf(
  store: EventStore,
  sessionId: CheckRequest['sessionId'],
  signal: AbortSignal,
): Promise<Opinion | string> {
  const filter = { streamPrefixes: [agentSessionStream.of(sessionId)] }
  for await (const item of store.subscribeAll({ after: null, filter, signal })) {
    if (item.kind !== 'event') continue
    const { type, data } = item.event
    if (type === 'ReviewSubmitted') {
      const { verdict, confidence, summary, findings } = data
      return { verdict, confidence, summary, findings }
    }
    const status = type in statusAfter ? statusAfter[type as keyof typeof statusAfter] : undefined
    if (status !== undefined && hasEnded(status)) return `has ${status} without a verdict`
  }
  return 'has not said in time what it thinks'
}
