import { X509Certificate } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { getCACertificates } from 'node:tls'
import { type Authorities, authorityFiles } from './environment.ts'

/**
 * Puts what a company's bundle adds where sandboxes are shown it: by itself, and with all that this machine trusts, for
 * programs that are told of one file alone.
 * @throws when the bundle cannot be read, or holds no certificate
 */
export function writeAuthorities(bundle: string, folder: string): Authorities {
  const blocks = readFileSync(bundle, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  const added = blocks.map((pem) => new X509Certificate(pem).toString())
  if (added.length === 0) throw new Error(`${bundle} holds no certificate in PEM form`)
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
