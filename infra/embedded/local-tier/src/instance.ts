import { randomBytes, randomUUID } from 'node:crypto'
import { chmodSync, existsSync, readFileSync } from 'node:fs'
import { writePrivateFile } from '@mosaic/runtime'
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

/** The secrets that an instance's parts know each other by. */
export type Secrets = { serviceToken: string; eventStorePassword: string; natsPassword: string }

/**
 * Makes what is missing of an instance's secrets, each in a file of its own (0600): the API token, which CLI and gateway
 * share by its file, the services' token, and the passwords of the engines that may lose their folder.
 */
export function ensureSecrets(paths: Paths): Secrets {
  ensureSecret(paths.token, 'mosaic_')
  return {
    serviceToken: ensureSecret(paths.serviceToken, 'mosaic_'),
    eventStorePassword: ensureSecret(paths.eventStorePassword),
    natsPassword: ensureSecret(paths.natsPassword),
  }
}

function ensureSecret(file: string, prefix = ''): string {
  if (!existsSync(file)) writePrivateFile(file, `${prefix}${randomBytes(32).toString('base64url')}\n`)
  chmodSync(file, 0o600)
  return readFileSync(file, 'utf8').trim()
}

/** A token, the API's by default; undefined before the first start. */
export function readToken(
  paths: Paths,
  kind: 'token' | 'observerToken' | 'serviceToken' = 'token',
): string | undefined {
  return existsSync(paths[kind]) ? readFileSync(paths[kind], 'utf8').trim() : undefined
}
