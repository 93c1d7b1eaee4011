import { z } from 'zod'
import { event, type EventsOf, uuid } from '../kernel/index.ts'
import { settingsHash, settingsSource } from './settings.ts'

/** Facts of `repositoryStream`. */
export const repositoryEvents = {
  /**
   * An operator permits what settings with this hash say. From now on those of the newest approval's source are the
   * repository's: an operator's own go before the file until that is approved again.
   */
  RepositorySettingsApproved: event(
    z.object({
      repositoryId: uuid,
      repository: z.string(),
      source: settingsSource,
      hash: settingsHash,
      text: z.string(),
    }),
  ),
  /**
   * An operator takes back all that was approved until then, settings of an operator's own among it. Agents that have
   * started go on with what they started with.
   */
  RepositorySettingsRevoked: event(z.object({ repositoryId: uuid, repository: z.string() })),
} as const

export type RepositoryEvent = EventsOf<typeof repositoryEvents>
