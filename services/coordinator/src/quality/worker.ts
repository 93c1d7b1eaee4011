import { orchestratorRoutes } from '@mosaic/contracts/http'
import type { ChangeSeen, CheckRequest, GateResult, MechanicalGate } from '@mosaic/contracts/quality'
import { createUpstream, type Upstream } from '@mosaic/http'

/** Longer than a worker lets one answer wait; in milliseconds. */
const answerMs = 30_000

/** Nothing can be said of the change: who asked is to ask again. */
export class UndecidedError extends Error {
  override readonly name = 'UndecidedError'
}

export type Tried = { readonly results: readonly GateResult[]; readonly change: ChangeSeen }
export type Workers = {
  /** The worker that asked, else the one that is asked without a word. */
  of(request: CheckRequest): Upstream
}

export function createWorkers(url: string, serviceToken: string): Workers {
  const headers = { authorization: `Bearer ${serviceToken}` }
  const at = (address: string) =>
    createUpstream({ name: 'worker', url: address, unavailable: 'ORCHESTRATOR_UNAVAILABLE', headers })
  const usual = at(url)
  return { of: ({ worker }) => (worker === undefined || worker === url ? usual : at(worker)) }
}

/** Has the worker run these gates on the commit, however long that takes. @throws UndecidedError */
export async function runGates(
  worker: Upstream,
  { sessionId, checkId }: CheckRequest,
  gates: readonly MechanicalGate[],
): Promise<Tried> {
  for (;;) {
    const body = { checkId, gates: [...gates] }
    const ran = await worker.call(orchestratorRoutes.gates, { params: { id: sessionId }, body, timeoutMs: answerMs })
    if (!ran.ok) throw new UndecidedError(ran.error.message)
    const { results, change } = ran.value
    if (results && change) return { results, change }
  }
}
