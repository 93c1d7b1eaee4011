import type { Usage } from '@mosaic/contracts/agent-session'
import type { Tokens } from '../model/index.ts'
import type { Run } from '../worktree/index.ts'

/** What the answers of an agent's model have cost, by its servers' own count, since it was last asked. */
export class Meter {
  readonly #run: Run
  #model: string | null = null
  #usage: Usage | null = null

  constructor(run: Run) {
    this.#run = run
  }

  count(modelProvider: string, model: string, tokens: Tokens): void {
    const costUsd = this.#run.deps.modelTable.costUsd({ modelProvider, model }, tokens)
    const { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens } = tokens
    const was = this.#usage ?? { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0, costUsd: 0 }
    this.#model = model || this.#model
    this.#usage = {
      inputTokens: was.inputTokens + inputTokens,
      outputTokens: was.outputTokens + outputTokens,
      cacheReadTokens: was.cacheReadTokens + cacheReadTokens,
      cacheWriteTokens: was.cacheWriteTokens + cacheWriteTokens,
      // What is not known of one is not known of the sum.
      costUsd: was.costUsd === null || costUsd === null ? null : was.costUsd + costUsd,
    }
  }

  take(): { usage: Usage | null; model: string | null } {
    const taken = { usage: this.#usage, model: this.#model }
    this.#usage = null
    return taken
  }
}
