export { ConfigurationError, type ConfigurationProblem, readConfig, variables } from './configuration.ts'
export { createLogger, type Logger, type LogLevel, redactText } from './logger.ts'
export { packageVersion } from './package-version.ts'
export { type RunningService, runService, type ServiceDefinition } from './run-service.ts'
