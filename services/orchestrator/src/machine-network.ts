import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Logger } from '@mosaic/runtime'
import { type Configuration, proxyOf } from './configuration.ts'
import { upstreamProxy } from './egress/index.ts'
import { writeAuthorities } from './sandbox/index.ts'

/** How this machine itself gets out, and whom it trusts there. @throws when the certificates cannot be read */
export function networkOf(config: Configuration, logger: Logger) {
  const asked = proxyOf(config)
  const proxy = asked && upstreamProxy(asked.address, asked.except)
  if (asked && !proxy) logger.warn('HTTPS_PROXY is no http proxy: agents reach their hosts without it')
  const bundle = config.MOSAIC_CA_BUNDLE
  return {
    network: { proxy },
    authorities: bundle === undefined ? undefined : trusted(bundle, join(config.MOSAIC_DATA_DIR, 'authorities')),
  }
}

function trusted(bundle: string, folder: string) {
  try {
    return writeAuthorities([readFileSync(bundle, 'utf8')], folder)
  } catch (cause) {
    throw new Error(`MOSAIC_CA_BUNDLE: ${bundle} cannot be used`, { cause })
  }
}
