export {
  type ChooseProvider,
  defaultLimits,
  type ExecOptions,
  type ExecResult,
  type ProviderChoice,
  type Sandbox,
  SandboxGoneError,
  type SandboxGuarantees,
  type SandboxKind,
  sandboxKinds,
  type SandboxLimits,
  type SandboxProvider,
  type SandboxSpec,
  SandboxStartError,
  type SandboxUnavailable,
} from './contract.ts'
export { providerChooser, sandboxProviders, type SandboxSettings } from './choose-provider.ts'
