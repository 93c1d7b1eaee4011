export { CredentialFault, type CredentialFaultCode } from './fault.ts'
export { type CredentialId, Envelope } from './envelope.ts'
export { isMasterKeys, masterKeys, type MasterKeys } from './master-keys.ts'
