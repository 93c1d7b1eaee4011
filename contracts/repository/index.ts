export { approveSettings, revokeSettings } from './commands.ts'
export { repositoryEvents, type RepositoryEvent } from './events.ts'
export { permissionsOf } from './permissions.ts'
export { repositoryRejections, type RepositoryRejection } from './rejections.ts'
export {
  cacheKind,
  maximumSettingsBytes,
  repositorySettings,
  settingsFile,
  settingsHash,
  settingsSource,
} from './settings.ts'
export type { CacheKind, RepositorySettings, SettingsSource, SetupStep } from './settings.ts'
export { repositoryStream } from './stream.ts'
export { localChanges, repositoryInspection, settingsDecision, settingsView, toolchain } from './views.ts'
export type { LocalChanges, RepositoryInspection, SettingsDecision, SettingsView, Toolchain } from './views.ts'
