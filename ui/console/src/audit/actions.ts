const words = {
  OperatorMessageInjected: 'Barged in',
  AgentSpawnRequested: 'Spawned',
  AgentPauseRequested: 'Paused',
  AgentResumeRequested: 'Resumed',
  AgentTerminateRequested: 'Terminated',
  AgentKillRequested: 'Killed',
  KillAllRequested: 'Killed all',
  FleetFrozen: 'Froze the fleet',
  FleetUnfrozen: 'Unfroze the fleet',
  RepositorySettingsApproved: 'Approved settings',
  RepositorySettingsRevoked: 'Revoked settings',
  SecretPatternAdded: 'Added a pattern of secrets',
  SecretPatternRemoved: 'Removed a pattern of secrets',
  SecretFingerprintAllowed: 'Allowed what looks like a secret',
  SecretFingerprintRevoked: 'Revoked what looks like a secret',
  AgentProviderAdded: 'Added an agent provider',
  AgentProviderChanged: 'Changed an agent provider',
  AgentProviderCredentialReplaced: 'Replaced the token of an agent provider',
  AgentProviderActivated: 'Switched an agent provider on',
  AgentProviderDeactivated: 'Switched an agent provider off',
  AgentProviderRemoved: 'Removed an agent provider',
  BudgetSet: 'Set or raised a budget',
  BudgetRemoved: 'Removed a budget',
  OperatorSignedIn: 'Signed in',
  OperatorSignedOut: 'Signed out',
  CredentialStored: 'Stored a credential',
  CredentialRemoved: 'Removed a credential',
  MasterKeyRotated: 'Rotated the master key',
  OperatorLayoutSaved: 'Saved layout',
} as const

/** What people can do, by the type of the event that records it. */
export const auditActions = Object.keys(words) as (keyof typeof words)[]

export const actionWord = (type: string): string =>
  Object.hasOwn(words, type) ? words[type as keyof typeof words] : type
