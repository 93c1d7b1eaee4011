export { defaultAgentUid } from './agent-user.ts'
export { type Beside, type Confine, confinement } from './confinement.ts'
export { providerChooser, sandboxProviders } from './choose-provider.ts'
export {
  type ChooseProvider,
  defaultLimits,
  type ExecResult,
  type Mount,
  type Sandbox,
  SandboxGoneError,
  type SandboxProvider,
  type SandboxSpec,
  SandboxStartError,
} from './contract.ts'
export { dockerEngineOf } from './docker-engine.ts'
export { diskTrouble } from './disk/disk-watch.ts'
export { allAuthorities, attachVariable, serviceUrl } from './network/environment.ts'
export { readCertificates, writeAuthorities } from './network/authorities.ts'
export { wantOfNetwork } from './network/want-of-network.ts'
export { shellWord } from './shell-word.ts'
export { defaultQuota, type DiskQuota } from './disk/quota.ts'
