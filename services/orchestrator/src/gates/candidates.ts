import type { MechanicalGate, RanGates } from '@mosaic/contracts/quality'

type Run = (gates: readonly MechanicalGate[]) => Promise<RanGates>
type Waiting = { readonly sessionId: string; readonly run: Run; readonly running: Map<string, Promise<RanGates>> }

/** Changes of agents of this process that wait for their check: the coordinator has their gates run here. */
export class Candidates {
  readonly #waiting = new Map<string, Waiting>()

  /** The change may be looked at for as long as the work takes that waits for the verdict. */
  async during<T>(
    of: { readonly checkId: string; readonly sessionId: string; readonly run: Run },
    work: () => Promise<T>,
  ) {
    const { checkId, ...candidate } = of
    const running: Waiting['running'] = new Map()
    this.#waiting.set(checkId, { ...candidate, running })
    try {
      return await work()
    } finally {
      this.#waiting.delete(checkId)
      await Promise.allSettled(running.values())
    }
  }

  /** Runs them once, however often it is asked; `undefined`: nobody waits for such a check. */
  run(sessionId: string, checkId: string, gates: readonly MechanicalGate[]): Promise<RanGates> | undefined {
    const candidate = this.#waiting.get(checkId)
    if (candidate?.sessionId !== sessionId) return undefined
    const key = gates.join()
    const running = candidate.running.get(key) ?? candidate.run(gates)
    candidate.running.set(key, running)
    // Told to whoever asks next, if anybody does.
    running.catch(() => undefined)
    return running
  }
}
