import type { GitResult } from '../src/git/contract/index.ts'

export function valueOf<T>(result: GitResult<T>): T {
  if (!result.ok) throw new Error(`${result.error.code}: ${result.error.message}`)
  return result.value
}

export const codeOf = (result: GitResult<unknown>) => (result.ok ? 'ok' : result.error.code)
