export { afterAwake } from './after-awake.ts'
export { BackOff, type Pauses, pauseAfter, pauseAsked, persistently } from './back-off.ts'
export { ConfigurationError, type ConfigurationProblem, readConfig, variables } from './configuration.ts'
export { type FileLock, takeLock, waitForLock } from './file-lock.ts'
export { lastLines } from './last-lines.ts'
export { createLogger, type Logger, type LogLevel, ownSecrets } from './logger.ts'
export { packageVersion } from './package-version.ts'
export { type Program, programOf } from './program.ts'
export { draftPrivateFile, type FileDraft, writePrivateFile } from './private-file.ts'
export { identifyProcess, isAlive, type ProcessIdentity } from './process-identity.ts'
export { processVariables, type RunningService, runService, type ServiceDefinition } from './run-service.ts'
export { servicePorts } from './service-ports.ts'
export {
  asUser,
  onPath,
  type RunAs,
  spawnTied,
  type TiedProcess,
  tiedProcess,
  type TiedProcessOptions,
} from './tied-process.ts'
