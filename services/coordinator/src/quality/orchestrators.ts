import { orchestratorRoutes } from '@mosaic/contracts/http'
import type { ChangeSeen, CheckRequest, GateResult, MechanicalGate } from '@mosaic/contracts/quality'
import { createUpstream, type Upstream } from '@mosaic/http'

/** Longer than an orchestrator lets one answer wait; in milliseconds. */
const answerMs = 30_000

/** Nothing can be said of the change: who asked is to ask again. */
export class UndecidedError extends Error {
  override readonly name = 'UndecidedError'
}

export type Tried = { readonly results: readonly GateResult[]; readonly change: ChangeSeen }
/** With the bearer that the one that asks has shown: by that it can be asked back. */
export type AskedCheck = CheckRequest & { readonly askerToken?: string | undefined }
export type Orchestrators = {
  /** The one that asked, else the one that is asked without a word. */
  of(request: AskedCheck): Upstream
}

export function createOrchestrators(url: string, serviceToken: string): Orchestrators {
  const at = (address: string, token: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return createUpstream({ name: 'orchestrator', url: address, unavailable: 'ORCHESTRATOR_UNAVAILABLE', headers })
  }
  const usual = at(url, serviceToken)
  // The address is whatever was asked to be: who is not of the instance is not shown its token.
  return {
    of: ({ worker, askerToken = serviceToken }) =>
      worker === undefined || worker === url ? usual : at(worker, askerToken),
  }
}

/** Has the orchestrator run these gates on the commit, however long that takes. @throws UndecidedError */
export async function runGates(
  orchestrator: Upstream,
  { sessionId, checkId }: CheckRequest,
  gates: readonly MechanicalGate[],
): Promise<Tried> {
  for (;;) {
    const body = { checkId, gates: [...gates] }
    const ran = await orchestrator.call(orchestratorRoutes.gates, {
      params: { id: sessionId },
      body,
      timeoutMs: answerMs,
    })
    if (!ran.ok) throw new UndecidedError(ran.error.message)
    const { results, change } = ran.value
    if (results && change) return { results, change }
  }
}
