import { createHash } from 'node:crypto'
import { packageVersion } from './package-version.ts'

/** What a program is, for others that have to be the same: its version, and a digest of its contracts. */
export type Program = { readonly version: string; readonly contracts: string }

/** @param contracts As text: the same for the same contracts. */
export const programOf = (moduleUrl: string, contracts: string): Program => ({
  version: packageVersion(moduleUrl),
  contracts: createHash('sha256').update(contracts).digest('hex'),
})
