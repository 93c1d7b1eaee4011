import { X509Certificate } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { systemClock } from '@mosaic/contracts/kernel'
import { writePrivateFile } from '@mosaic/runtime'
import type { Paths } from './paths.ts'

/** A certificate that ends sooner than this is made anew at the next start. */
const renewMs = 30 * 86_400_000

/**
 * The event store's certificate for loopback, with a key and an authority of this instance's own, made at the first start.
 * Clients of EventStoreDB send no credentials without TLS.
 */
export async function ensureCertificate({ tls }: Paths): Promise<void> {
  if (isGood(tls.certificate) && existsSync(tls.key) && existsSync(tls.authority)) return
  // What makes one is large, and needed once.
  const { makeCertificate } = await import('./make-certificate.ts')
  const { key, authority, certificate } = await makeCertificate(systemClock.now())
  writePrivateFile(tls.key, key)
  writePrivateFile(tls.authority, authority)
  // Last: with it everything is there.
  writePrivateFile(tls.certificate, certificate)
}

function isGood(file: string): boolean {
  if (!existsSync(file)) return false
  return Date.parse(new X509Certificate(readFileSync(file)).validTo) > systemClock.now().getTime() + renewMs
}
