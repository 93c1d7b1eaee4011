export { configuredGateways } from './gateways.ts'
export { KnownProviders } from './known-providers.ts'
