import type { Problem, RejectionCode } from '@mosaic/contracts/http'
import type { Rejection } from '@mosaic/contracts/kernel'
import { createRedactor } from '@mosaic/redaction'
import type { z } from 'zod'
import { statusOf } from './statuses.ts'

const redactor = createRedactor()

/** Media type of a refusal (RFC 9457 §3). */
export const problemType = 'application/problem+json'

/** A bad field, its place written as a JSON path (`panels[0].columns`). */
type FieldError = { readonly field: string; readonly message: string }

/** A refusal as it goes over the wire. `errors` lists every bad field where there are several. */
export function problemOf(rejection: Rejection<RejectionCode>, errors?: readonly FieldError[]): Problem {
  const { code, message, field, details } = rejection
  const words = code.toLowerCase().replaceAll('_', ' ')
  // A refusal may repeat what it was asked.
  return redactor.value({
    type: `urn:mosaic:problem:${code.toLowerCase().replaceAll('_', '-')}`,
    title: words[0]!.toUpperCase() + words.slice(1),
    status: statusOf[code],
    code,
    detail: message,
    ...(field !== undefined && { field }),
    ...(errors && errors.length > 1 && { errors: [...errors] }),
    ...(details && { details: { ...details } }),
  })
}

/**
 * What zod found wrong with an input, as a problem. An issue may name a code of its own (`params.code` of a refinement);
 * else it is VALIDATION_FAILED. The values themselves are never repeated: they may be secrets.
 */
export function problemOfIssues(issues: readonly z.core.$ZodIssue[]): Problem {
  const errors = issues.flatMap(fieldErrorsOf)
  const first = errors[0] ?? { field: '', message: 'the input is not valid' }
  const code = issues.some((issue) => issue.code === 'custom' && issue.params?.['code'] === 'MESSAGE_TOO_LARGE')
    ? 'MESSAGE_TOO_LARGE'
    : 'VALIDATION_FAILED'
  const message = first.field ? `${first.field}: ${first.message}` : first.message
  return problemOf({ code, message, ...(first.field && { field: first.field }) }, errors)
}

function fieldErrorsOf(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code !== 'unrecognized_keys') return [{ field: jsonPath(issue.path), message: issue.message }]
  return issue.keys.map((key) => ({ field: jsonPath([...issue.path, key]), message: 'is not known' }))
}

function jsonPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    return text === '' ? String(step) : `${text}.${String(step)}`
  }, '')
}
