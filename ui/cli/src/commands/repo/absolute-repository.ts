import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

/** The orchestrator runs elsewhere than this shell: a path goes to it from the root. URLs (also `host:path`) stay. */
export function absoluteRepository(given: string, exists = existsSync): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(given)) return given
  return /^[^/.][^/]*:/.test(given) && !exists(given) ? given : resolve(given)
}
