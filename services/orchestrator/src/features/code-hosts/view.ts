import type { CodeHostView } from '@mosaic/contracts/credential'
import { apiUrlOf, type CodeHost, gitHostOf } from '../../code-hosts/index.ts'
import { masked } from '../credentials/change.ts'

/** A code host as people see it. */
export const viewOf = ({ name, kind, problem, credential }: CodeHost): CodeHostView => ({
  name,
  kind,
  problem,
  apiUrl: credential && apiUrlOf(credential),
  host: credential && gitHostOf(credential),
  maskedToken: credential && masked(credential.token),
})
