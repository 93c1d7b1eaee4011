import type { SandboxKind } from '@mosaic/contracts/agent-session'
import { type OneShot, type RunningOneShot, type SandboxProvider, SandboxStartError } from './contract.ts'

/** The kind of sandbox of the agent whose files a program looks at; `nobody`: none has written anything there yet. */
export type Beside = SandboxKind | 'nobody'

export type Confine = (program: OneShot, beside?: Beside) => Promise<RunningOneShot>

/** bubblewrap starts in a fraction of the time that a container takes. */
const preferred: readonly SandboxKind[] = ['bubblewrap', 'docker']
const lookAgainAfterMs = 60_000

/**
 * A program that looks at an agent's files is locked in, unless the person let the very agent run without a sandbox
 * and there is none here: then what the program may be made to do is no more than what the agent can do anyway.
 */
export function confinement(providers: readonly SandboxProvider[]): Confine {
  let locked: { readonly provider: SandboxProvider | undefined; readonly at: number } | undefined
  const look = async () => {
    for (const kind of preferred) {
      const provider = providers.find((candidate) => candidate.kind === kind)
      if (provider && (await provider.available()).ok) return provider
    }
    return undefined
  }
  return async (program, beside) => {
    const isKnown = locked && (locked.provider || performance.now() - locked.at < lookAgainAfterMs)
    if (!isKnown) locked = { provider: await look(), at: performance.now() }
    const plain = providers.find(({ kind }) => kind === 'process' && (beside === 'process' || beside === 'nobody'))
    // Root's plain agents leave files that the sandboxes' user cannot read.
    const isRoots = beside === 'process' && process.getuid?.() === 0
    const provider = (isRoots ? plain : undefined) ?? locked?.provider ?? plain
    if (!provider) throw new SandboxStartError('neither bubblewrap nor Docker works here')
    return provider.runOnce(program)
  }
}
