import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

type Exists = (path: string) => boolean

/**
 * The orchestrator runs elsewhere than this shell: a path goes to it from the root, a folder within a repository as that
 * repository. URLs (also `host:path`) stay.
 */
export function absoluteRepository(given: string, exists: Exists = existsSync): string {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(given)) return given
  if (/^[^/.][^/]*:/.test(given) && !exists(given)) return given
  const path = resolve(given)
  // One that is not there is in no repository, though it be named below one.
  return (exists(path) ? repositoryAround(path, exists) : undefined) ?? path
}

/** As git finds it: the nearest folder upwards with a `.git`, or one that is a bare repository itself. */
function repositoryAround(path: string, exists: Exists): string | undefined {
  const isBare = ['HEAD', 'objects', 'refs'].every((name) => exists(join(path, name)))
  if (isBare || exists(join(path, '.git'))) return path
  const above = dirname(path)
  return above === path ? undefined : repositoryAround(above, exists)
}
