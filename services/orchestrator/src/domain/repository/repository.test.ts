import { err, ok } from '@mosaic/contracts/kernel'
import type { RepositoryEvent, SettingsSource } from '@mosaic/contracts/repository'
import { expect, test } from 'vitest'
import { repository, type RepositoryCommand } from './repository.ts'

const address = { repositoryId: '01890000-0000-5000-8000-000000000001', repository: '/code' }
const one = 'a'.repeat(64)
const other = 'b'.repeat(64)

const approval = (source: SettingsSource, hash: string) => ({ ...address, source, hash, text: hash })
const approved = (source: SettingsSource, hash: string): RepositoryEvent => ({
  type: 'RepositorySettingsApproved',
  data: approval(source, hash),
})
const revoked: RepositoryEvent = { type: 'RepositorySettingsRevoked', data: address }

const states = {
  new: [],
  approved: [approved('repository', one)],
  'approved, and changed since': [approved('repository', one), approved('repository', other)],
  own: [approved('operator', one)],
  'other own': [approved('repository', one), approved('operator', other)],
  'own no more': [approved('operator', one), approved('repository', other)],
  revoked: [approved('repository', one), revoked],
  'own revoked': [approved('operator', one), revoked],
  'approved anew': [approved('repository', one), revoked, approved('repository', one)],
} as const satisfies Record<string, readonly RepositoryEvent[]>

const commands = {
  'approve the file': { type: 'ApproveSettings', ...approval('repository', one) },
  'approve my own': { type: 'ApproveSettings', ...approval('operator', one) },
  revoke: { type: 'RevokeSettings', ...address },
} as const satisfies Record<string, RepositoryCommand>
type Cell = 'done' | 'nothing' | 'refused'

const table: Record<keyof typeof states, Record<keyof typeof commands, Cell>> = {
  new: { 'approve the file': 'done', 'approve my own': 'done', revoke: 'refused' },
  approved: { 'approve the file': 'nothing', 'approve my own': 'done', revoke: 'done' },
  'approved, and changed since': { 'approve the file': 'nothing', 'approve my own': 'done', revoke: 'done' },
  own: { 'approve the file': 'done', 'approve my own': 'nothing', revoke: 'done' },
  'other own': { 'approve the file': 'done', 'approve my own': 'done', revoke: 'done' },
  'own no more': { 'approve the file': 'nothing', 'approve my own': 'done', revoke: 'done' },
  revoked: { 'approve the file': 'done', 'approve my own': 'done', revoke: 'nothing' },
  'own revoked': { 'approve the file': 'done', 'approve my own': 'done', revoke: 'nothing' },
  'approved anew': { 'approve the file': 'nothing', 'approve my own': 'done', revoke: 'done' },
}
const facts = {
  'approve the file': approved('repository', one),
  'approve my own': approved('operator', one),
  revoke: revoked,
}
const outcomes = {
  done: (command: keyof typeof commands) => ok([facts[command]]),
  nothing: () => ok([]),
  refused: () =>
    err({ code: 'SETTINGS_NOT_FOUND', message: 'nobody has approved settings of /code here', field: 'repository' }),
}

const fold = (events: readonly RepositoryEvent[]) => events.reduce(repository.evolve, repository.initialState)
const cells = (Object.keys(table) as (keyof typeof table)[]).flatMap((state) =>
  (Object.keys(commands) as (keyof typeof commands)[]).map((command) => ({
    state,
    command,
    cell: table[state][command],
  })),
)

test.each(cells)('$state × $command → $cell', ({ state, command, cell }) => {
  expect(repository.decide(commands[command], fold(states[state]))).toEqual(outcomes[cell](command))
})

test('an operator’s own settings hold until the file is approved again, or they are revoked', () => {
  const own = [approved('repository', one), approved('operator', other)]
  expect(fold(own).own).toEqual({ hash: other, text: other })
  expect(fold([...own, approved('repository', one)]).own).toBeNull()
  expect(fold([...own, revoked])).toEqual({ approved: new Set(), own: null, revoked: true })
})
