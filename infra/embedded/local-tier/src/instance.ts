import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { readJsonFile, writeJsonFile } from './json-file.ts'
import type { Paths } from './paths.ts'

const Instance = z.object({ id: z.uuid() })

/** The identity of this data folder's instance, made once. */
export function instanceId(paths: Paths): string {
  const known = readJsonFile(paths.instance, Instance)
  if (known) return known.id
  const id = randomUUID()
  writeJsonFile(paths.instance, { id })
  return id
}

/** Makes the API token that CLI and gateway share by this file (mode 0600), unless there is one. */
export function ensureToken(paths: Paths): void {
  if (existsSync(paths.token)) chmodSync(paths.token, 0o600)
  else writeFileSync(paths.token, `mosaic_${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 })
}

/** The API token; undefined before the first start. */
export function readToken(paths: Paths, kind: 'token' | 'observerToken' = 'token'): string | undefined {
  return existsSync(paths[kind]) ? readFileSync(paths[kind], 'utf8').trim() : undefined
}
