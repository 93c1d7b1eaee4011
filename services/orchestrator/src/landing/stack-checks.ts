import { setTimeout as delay } from 'node:timers/promises'
import { err, ok, type Result } from '@mosaic/contracts/kernel'
import type { CheckStack } from '@mosaic/contracts/merge-queue'
import { LRUCache } from 'lru-cache'
import { type TryingDeps, tryCommit, type Verdict } from '../gates/index.ts'
import type { QualityParts } from '../runtimes/index.ts'
import type { ChooseProvider } from '../sandbox/index.ts'

export type StackCheck = CheckStack & { readonly workspaceId: string; readonly taskId: string }

type ChecksDeps = {
  readonly trying: TryingDeps
  readonly quality: QualityParts
  readonly chooseSandbox: ChooseProvider
  /** Nothing of a check lives on after it. */
  readonly signal: AbortSignal
}

/** Who asks waits no longer for one answer: gates may take minutes, and it asks again. In milliseconds. */
const answerMs = 15_000
const mostKept = 200

/**
 * Whether branches pass their gates as they would stand on their base: the way of every commit of an agent, by the
 * coordinator's decision, with the gates run here.
 */
export class StackChecks {
  readonly #deps: ChecksDeps
  readonly #asked = new LRUCache<string, Promise<Result<Verdict, string>>>({ max: mostKept })

  constructor(deps: ChecksDeps) {
    this.#deps = deps
  }

  /** The verdict, `null` while it is not decided, or why there is none: asked again, it is tried again. */
  async ask(check: StackCheck): Promise<Result<Verdict | null, string>> {
    const { checkId } = check
    const asked = this.#asked.get(checkId) ?? this.#begin(check)
    return Promise.race([asked, delay(answerMs, ok(null), { ref: false })])
  }

  /** What could not be decided is begun anew by whoever asks next. */
  #begin(check: StackCheck): Promise<Result<Verdict, string>> {
    const deciding = this.#decide(check)
    const forget = () => void this.#asked.delete(check.checkId)
    deciding.then((answer) => answer.ok || forget(), forget)
    this.#asked.set(check.checkId, deciding)
    return deciding
  }

  async #decide(check: StackCheck): Promise<Result<Verdict, string>> {
    const { trying, quality, chooseSandbox, signal } = this.#deps
    const { checkId, sessionId, workspaceId, taskId, repository, into: baseBranch, baseCommit, commit, tree } = check
    const chosen = await chooseSandbox()
    if (!chosen.ok) return err(chosen.error.message)
    const { provider } = chosen.value
    const of = { workspaceId, repository, baseBranch, baseCommit, commit }
    const trial = await tryCommit(trying, { ...of, sessionId: checkId, provider: () => provider, signal })
    if (!trial.ok) return trial
    const { settings, runGates: run } = trial.value
    const stage = 'pre-push' as const
    const { profile } = check
    const request = { ...of, checkId, sessionId, taskId, stage, profile, tree, settings, worker: quality.worker() }
    try {
      return await quality.candidates.during({ checkId, sessionId, run }, () => quality.ask(request, signal))
    } catch (fault) {
      if (!signal.aborted) throw fault
      return err('the orchestrator is stopping')
    }
  }
}
