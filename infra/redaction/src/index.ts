export { KnownSecrets, secretsIn } from './known-secrets.ts'
export { secretPatterns } from './patterns.ts'
export { RedactedWords } from './redacted-words.ts'
export { createRedactor, type Redactor } from './redactor.ts'
