import type { Problem, RejectionCode } from '@mosaic/contracts/http'

/** The server refused, and said why. */
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

  /** Messages by form field, where the server named fields. */
  get fields(): Record<string, string> {
    const { errors, field, detail } = this.problem
    if (errors?.length) return Object.fromEntries(errors.map((error) => [error.field, error.message]))
    return field ? { [field]: detail } : {}
  }
}

/** No answer came, or one that is not in the contract. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
}

export const sentenceOf = (error: unknown): string =>
  error instanceof Error ? error.message : 'Something went wrong in this page.'
