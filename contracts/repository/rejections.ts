/** Refusals that concern a repository's settings. */
export const repositoryRejections = [
  /** The settings say something that nobody has approved yet; `details` say what. */
  'SETTINGS_NOT_APPROVED',
  'SETTINGS_INVALID',
  /** There are none to approve, or nothing was ever approved that could be taken back. */
  'SETTINGS_NOT_FOUND',
  /** They are not those that were shown to the person. */
  'SETTINGS_CHANGED',
  /** Uncommitted changes were to be taken along, and cannot be. */
  'CHANGES_NOT_TAKEN',
] as const
export type RepositoryRejection = (typeof repositoryRejections)[number]
