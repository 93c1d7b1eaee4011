import type { BudgetRefusal } from '../../../budgets/index.ts'
import type { LiveSession } from '../../../domain/agent-session/index.ts'
import { ModelFault } from '../../model/index.ts'
import { putOff, type Run, waitForModel } from '../../worktree/index.ts'

/** A session has to wait for longer than its agent's client would. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
  readonly why: BudgetRefusal | ModelFault
  /** Something may be kept for the call in a budget. */
  readonly mayBeKept: boolean

  constructor(why: BudgetRefusal | ModelFault, mayBeKept: boolean) {
    super(why.message)
    this.why = why
    this.mayBeKept = mayBeKept
  }

  /** @throws SessionFailure where waiting is of no use, or not wanted */
  wait(run: Run, session: LiveSession): Promise<void> {
    return this.why instanceof ModelFault ? waitForModel(run, session, this.why) : putOff(run, session, this.why)
  }
}
