import type { Problem, RejectionCode } from '@mosaic/contracts/http'

/** The gateway refused, and said why: `code` is stable, the message is for people. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.detail || problem.title)
    this.problem = problem
  }

  get code(): RejectionCode {
    return this.problem.code
  }

  /** Messages by field of the request, where the gateway named fields. */
  get fields(): Record<string, string> {
    const { errors, field, detail } = this.problem
    if (errors?.length) return Object.fromEntries(errors.map((error) => [error.field, error.message]))
    return field ? { [field]: detail } : {}
  }
}

/** No answer came, or one that is not in the contract. Whether a command was carried out is not known then. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}
