import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { CodeHost } from '../../code-hosts/index.ts'
import type { FeatureDeps } from '../deps.ts'

export function knownHost(
  { codeHosts }: FeatureDeps,
  name: string,
): Result<CodeHost, Rejection<'CODE_HOST_NOT_FOUND'>> {
  const host = codeHosts.find(name)
  if (host) return ok(host)
  return err({ code: 'CODE_HOST_NOT_FOUND', message: `there is no code host ${name}`, field: 'name' })
}
