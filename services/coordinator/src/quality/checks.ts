import type { CheckAnswer, CheckRequest } from '@mosaic/contracts/quality'
import type { Logger } from '@mosaic/runtime'
import { metrics } from '@mosaic/telemetry'
import { LRUCache } from 'lru-cache'
import { isVerdict } from './verdict.ts'
import { type AskedCheck, UndecidedError } from './orchestrators.ts'

export type Decide = (request: AskedCheck) => Promise<CheckAnswer>

/** Checks that are remembered: who asks for the same again is told the same. */
const mostKept = 2000

/** Checks under way and decided. What was decided of a tree holds for that tree, whoever asks. */
export class Checks {
  readonly #decide: Decide
  readonly #logger: Logger
  readonly #open = new Map<string, Promise<CheckAnswer>>()
  readonly #decided = new LRUCache<string, CheckAnswer>({ max: mostKept })

  constructor(decide: Decide, logger: Logger) {
    this.#decide = decide
    this.#logger = logger
  }

  /** Begins a check, or joins the one of the same question. @throws UndecidedError */
  ask(request: AskedCheck): Promise<CheckAnswer> {
    const question = questionOf(request)
    const decided = this.#decided.get(question)
    if (decided) return Promise.resolve(decided)
    const asked = `${question} ${request.checkId}`
    const open = this.#open.get(asked) ?? this.#begin(asked, question, request)
    return open
  }

  #begin(asked: string, question: string, request: AskedCheck): Promise<CheckAnswer> {
    const { checkId, sessionId, stage, commit } = request
    const deciding = this.#decide(request)
      .then((answer) => {
        this.#logger.info({ checkId, sessionId, stage, commit, approved: answer.approved }, 'a change is decided')
        if (isVerdict(answer)) this.#decided.set(question, answer)
        measure(stage, answer)
        return answer
      })
      .finally(() => this.#open.delete(asked))
    deciding.catch((error: unknown) => {
      metrics.checks.inc({ stage, outcome: 'undecided' })
      const level = error instanceof UndecidedError ? 'warn' : 'error'
      this.#logger[level]({ checkId, sessionId, err: error }, 'a change cannot be decided')
    })
    this.#open.set(asked, deciding)
    return deciding
  }
}

function measure(stage: CheckRequest['stage'], { approved, gates }: CheckAnswer): void {
  metrics.checks.inc({ stage, outcome: approved ? 'approved' : 'rejected' })
  for (const { name: gate, passed, durationMs } of gates) {
    metrics.gates.observe({ gate, outcome: passed ? 'passed' : 'failed' }, durationMs / 1000)
  }
}

/** All that the answer depends on. */
const questionOf = ({ workspaceId, repository, baseCommit, tree, settings, profile }: CheckRequest): string =>
  JSON.stringify([workspaceId, repository, baseCommit, tree, settings, profile])
