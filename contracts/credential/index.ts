export {
  addCodeHost,
  type CodeHostCredential,
  codeHostCredential,
  codeHostKind,
  type CodeHostKind,
  codeHostName,
  type CodeHostTest,
  codeHostTest,
  type CodeHostView,
  codeHostView,
  testCodeHost,
} from './code-host.ts'
export { type CredentialEvent, credentialEvents, credentialKind, type CredentialKind } from './events.ts'
export {
  addModelProvider,
  contextTokens,
  type ModelDialect,
  modelDialect,
  type ModelProviderCredential,
  modelPrice,
  modelProviderCredential,
  modelProviderName,
  type ModelProviderSettings,
  type ModelProviderTest,
  modelProviderTest,
  type ModelProviderView,
  modelProviderView,
  type ProviderLimits,
  providerLimits,
  testModelProvider,
} from './model-provider.ts'
export { credentialRejections } from './rejections.ts'
export { credentialsStream } from './stream.ts'
