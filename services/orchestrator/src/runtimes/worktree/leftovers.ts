import type { Place, Spec } from '../../domain/agent-session/index.ts'
import { gatesSandboxId } from '../../gates/index.ts'
import type { Run } from './run.ts'
import { worktreeAsked, worktreePlace } from './asked.ts'

/**
 * Ends what an orchestrator that died has left of the session's sandbox, or a making of our own that was cut off. It may
 * have died between making the sandbox and writing so; a session that was never run before has nothing to look for.
 */
export async function endLeftovers(run: Run, spec: Spec, place: Place | null): Promise<void> {
  const provider = await providerOf(run, spec, place)
  await provider?.reattachOrCleanUp(spec.sessionId)
  if (spec.quality) await provider?.reattachOrCleanUp(gatesSandboxId(spec.sessionId))
}

async function providerOf({ deps, pickedUp, makingSandbox }: Run, spec: Spec, place: Place | null) {
  const made = worktreePlace(place)
  if (made) return deps.sandboxes.find(({ kind }) => kind === made.sandbox.kind)
  if (!pickedUp && !makingSandbox) return undefined
  const chosen = await deps.chooseSandbox(worktreeAsked(spec).sandbox ?? undefined)
  return chosen.ok ? chosen.value.provider : undefined
}
