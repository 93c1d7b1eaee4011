export { type ConfiguredGateways, configuredGateways } from './gateways.ts'
export { type KnownProvider, KnownProviders } from './known-providers.ts'
export { tokenId, tokenOf } from './tokens.ts'
