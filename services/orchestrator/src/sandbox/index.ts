export { defaultAgentUid } from './agent-user.ts'
export { providerChooser, sandboxProviders } from './choose-provider.ts'
export {
  type ChooseProvider,
  type ExecResult,
  type ProviderChoice,
  type Sandbox,
  SandboxGoneError,
  type SandboxProvider,
  SandboxStartError,
  type SandboxUnavailable,
} from './contract.ts'
