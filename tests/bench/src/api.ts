import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createClient } from '@mosaic/client'
import type { Instance } from '@mosaic/e2e/instance'

/** The gateway's API as the CLI uses it, with the data folder's token. */
export const apiOf = (instance: Instance) =>
  createClient({ url: instance.run.gateway, token: readFileSync(join(instance.data, 'token'), 'utf8').trim() })
