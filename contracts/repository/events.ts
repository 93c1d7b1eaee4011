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
} as const

export type RepositoryEvent = EventsOf<typeof repositoryEvents>
