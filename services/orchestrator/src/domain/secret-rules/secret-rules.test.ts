import { err, ok } from '@mosaic/contracts/kernel'
import type { SecretRuleEvent } from '@mosaic/contracts/secrets'
import { expect, test } from 'vitest'
import { secretRules, type SecretRulesCommand } from './secret-rules.ts'

const workspaceId = 'default'
const pattern = { workspaceId, name: 'ours', pattern: 'ours-[0-9]{8}' }
const none = { workspaceId, fingerprint: '0123456789ab' }
const added: SecretRuleEvent = { type: 'SecretPatternAdded', data: pattern }
const removed: SecretRuleEvent = { type: 'SecretPatternRemoved', data: { workspaceId, name: 'ours' } }
const allowed: SecretRuleEvent = { type: 'SecretFingerprintAllowed', data: { ...none, reason: 'a test key' } }
const revoked: SecretRuleEvent = { type: 'SecretFingerprintRevoked', data: none }

const states = {
  new: [],
  'with a pattern': [added],
  'with one removed': [added, removed],
  'something allowed': [allowed],
  'nothing allowed any more': [allowed, revoked],
} as const satisfies Record<string, readonly SecretRuleEvent[]>

const commands = {
  add: { type: 'AddSecretPattern', ...pattern },
  'add another': { type: 'AddSecretPattern', ...pattern, pattern: 'ours_[0-9]{8}' },
  remove: { type: 'RemoveSecretPattern', workspaceId, name: 'ours' },
  allow: { type: 'AllowFingerprint', ...none, reason: 'a test key' },
  revoke: { type: 'RevokeFingerprint', ...none },
} as const satisfies Record<string, SecretRulesCommand>
type Cell = 'done' | 'nothing' | 'SECRET_PATTERN_EXISTS' | 'SECRET_RULE_NOT_FOUND'

const unknown = 'SECRET_RULE_NOT_FOUND'
const fresh = { add: 'done', 'add another': 'done', remove: unknown, allow: 'done', revoke: unknown } as const
const table: Record<keyof typeof states, Record<keyof typeof commands, Cell>> = {
  new: fresh,
  'with a pattern': { ...fresh, add: 'nothing', 'add another': 'SECRET_PATTERN_EXISTS', remove: 'done' },
  'with one removed': fresh,
  'something allowed': { ...fresh, allow: 'nothing', revoke: 'done' },
  'nothing allowed any more': fresh,
}
const facts: Record<keyof typeof commands, SecretRuleEvent> = {
  add: added,
  'add another': { type: 'SecretPatternAdded', data: { ...pattern, pattern: 'ours_[0-9]{8}' } },
  remove: removed,
  allow: allowed,
  revoke: revoked,
}

const fold = (events: readonly SecretRuleEvent[]) => events.reduce(secretRules.evolve, secretRules.initialState)
const cells = (Object.keys(table) as (keyof typeof table)[]).flatMap((state) =>
  (Object.keys(commands) as (keyof typeof commands)[]).map((command) => ({
    state,
    command,
    cell: table[state][command],
  })),
)

test.each(cells)('$state × $command → $cell', ({ state, command, cell }) => {
  const decided = secretRules.decide(commands[command], fold(states[state]))
  if (cell === 'done') expect(decided).toEqual(ok([facts[command]]))
  else if (cell === 'nothing') expect(decided).toEqual(ok([]))
  else expect(decided).toMatchObject(err({ code: cell }))
})

test('there are no more patterns than every text can be looked through for', () => {
  const many = Array.from(
    { length: 50 },
    (_, n): SecretRuleEvent => ({ type: 'SecretPatternAdded', data: { ...pattern, name: `p${n}` } }),
  )
  expect(secretRules.decide(commands.add, fold(many))).toMatchObject(err({ code: 'SECRET_RULES_FULL' }))
})
