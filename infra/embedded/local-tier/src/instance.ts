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

/** Makes the API token that CLI and gateway share by this file, and the services' own, unless they are there (0600). */
export function ensureTokens(paths: Paths): void {
  for (const file of [paths.token, paths.serviceToken]) {
    if (existsSync(file)) chmodSync(file, 0o600)
    else writeFileSync(file, `mosaic_${randomBytes(32).toString('base64url')}\n`, { mode: 0o600 })
  }
}

/** A token, the API's by default; undefined before the first start. */
export function readToken(
  paths: Paths,
  kind: 'token' | 'observerToken' | 'serviceToken' = 'token',
): string | undefined {
  return existsSync(paths[kind]) ? readFileSync(paths[kind], 'utf8').trim() : undefined
}
