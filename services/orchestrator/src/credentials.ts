import { join } from 'node:path'
import { Envelope, masterKeys } from '@mosaic/credentials'
import type { Configuration } from './configuration.ts'

/** All credentials of the instance. */
export function credentialsOf(config: Configuration): Envelope {
  const { MOSAIC_DATA_DIR: folder, MOSAIC_INSTANCE_ID: instance, MOSAIC_MASTER_KEY: given } = config
  const keys = masterKeys({ file: join(folder, 'master-key'), given })
  return new Envelope({ path: join(folder, 'credentials.json'), instance, keys })
}
