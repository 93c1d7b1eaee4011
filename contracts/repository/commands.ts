import { z } from 'zod'
import { branchName, repositoryAddress } from '../agent-session/index.ts'
import { maximumSettingsBytes, settingsHash } from './settings.ts'

/** Permits what a repository's settings say. `text`: an operator's own, which go before the file in the repository. */
export const approveSettings = z.strictObject({
  repository: repositoryAddress,
  branch: branchName.optional(),
  /** Of the settings as the person has seen them. */
  hash: settingsHash,
  text: z.string().min(1).max(maximumSettingsBytes).optional(),
})

/** Takes back all that was approved for a repository, whatever its branches say. */
export const revokeSettings = z.strictObject({ repository: repositoryAddress })
