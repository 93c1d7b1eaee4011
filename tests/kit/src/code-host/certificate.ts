import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A certificate for this machine's own address, by an authority that nobody knows who is not given it. */
export function makeCertificate(folder: string): { authority: string; cert: Buffer; key: Buffer } {
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  const authority = at('authority.pem')
  openssl(
    'req',
    '-x509',
    ...key,
    '-days',
    '2',
    '-subj',
    '/CN=authority',
    '-keyout',
    at('authority.key'),
    '-out',
    authority,
  )
  openssl('req', ...key, '-subj', '/CN=127.0.0.1', '-keyout', at('key.pem'), '-out', at('request.pem'))
  writeFileSync(at('extensions'), 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n')
  const signed = ['-CA', authority, '-CAkey', at('authority.key'), '-CAcreateserial', '-days', '2']
  openssl('x509', '-req', '-in', at('request.pem'), ...signed, '-extfile', at('extensions'), '-out', at('server.pem'))
  return { authority, cert: readFileSync(at('server.pem')), key: readFileSync(at('key.pem')) }
}
