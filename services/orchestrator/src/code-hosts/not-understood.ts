import { CodeHostFault } from './contract.ts'

export const notUnderstood = (what: string, cause?: unknown): CodeHostFault =>
  new CodeHostFault('NOT_UNDERSTOOD', `answered what is not understood (${what}): is this the address of its API?`, {
    cause,
  })
