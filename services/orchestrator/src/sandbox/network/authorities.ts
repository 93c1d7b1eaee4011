import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates } from 'node:tls'
import { type Authorities, authorityFiles } from './environment.ts'

/** The certificates in a bundle, as PEM. @throws when there is none, or one cannot be read */
export function readCertificates(bundle: string): string[] {
  const blocks = bundle.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0) throw new Error('there is no certificate in PEM form')
  return blocks.map((pem) => new X509Certificate(pem).toString())
}

/**
 * Puts what bundles add where sandboxes are shown it: by itself, and with all that this machine trusts, for programs that
 * are told of one file alone.
 * @throws when a bundle holds no certificate, or one that cannot be read
 */
export function writeAuthorities(bundles: readonly string[], folder: string): Authorities {
  const added = bundles.flatMap(readCertificates)
  const all = new Set(
    [...getCACertificates('bundled'), ...getCACertificates('system'), ...added].map((pem) => pem.trim()),
  )
  mkdirSync(folder, { recursive: true })
  // They are no secret, and whom sandboxes run as reads them.
  chmodSync(folder, 0o755)
  const write = (name: string, certificates: Iterable<string>) => {
    const path = join(folder, name)
    writeFileSync(path, `${[...certificates].join('\n')}\n`)
    chmodSync(path, 0o644)
  }
  write(authorityFiles.added, added)
  write(authorityFiles.all, all)
  return { folder }
}
