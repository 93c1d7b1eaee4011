import type { RepositoryEvent, SettingsSource } from '@mosaic/contracts/repository'
import { expect, test } from 'vitest'
import { repository, type RepositoryCommand } from './repository.ts'

const repositoryId = '01890000-0000-5000-8000-000000000001'
const one = 'a'.repeat(64)
const other = 'b'.repeat(64)

const approval = (source: SettingsSource, hash: string) => ({
  repositoryId,
  repository: '/code',
  source,
  hash,
  text: hash,
})
const approved = (source: SettingsSource, hash: string): RepositoryEvent => ({
  type: 'RepositorySettingsApproved',
  data: approval(source, hash),
})
const approve = (source: SettingsSource): RepositoryCommand => ({ type: 'ApproveSettings', ...approval(source, one) })

const states = {
  new: [],
  approved: [approved('repository', one)],
  'approved, and changed since': [approved('repository', one), approved('repository', other)],
  own: [approved('operator', one)],
  'other own': [approved('repository', one), approved('operator', other)],
  'own no more': [approved('operator', one), approved('repository', other)],
} as const satisfies Record<string, readonly RepositoryEvent[]>

// The repository's file, an operator's own
const table: Record<keyof typeof states, readonly ['approves' | 'nothing', 'approves' | 'nothing']> = {
  new: ['approves', 'approves'],
  approved: ['nothing', 'approves'],
  'approved, and changed since': ['nothing', 'approves'],
  own: ['approves', 'nothing'],
  'other own': ['approves', 'approves'],
  'own no more': ['nothing', 'approves'],
}

const cells = Object.entries(table).flatMap(([state, row]) =>
  (['repository', 'operator'] as const).map((source, index) => ({ state, source, cell: row[index] })),
)

test.each(cells)('$state × approve the $source’s → $cell', ({ state, source, cell }) => {
  const events: readonly RepositoryEvent[] = states[state as keyof typeof states]
  const folded = events.reduce(repository.evolve, repository.initialState)
  const expected = cell === 'approves' ? [approved(source, one)] : []
  expect(repository.decide(approve(source), folded)).toEqual({ ok: true, value: expected })
})

test('an operator’s own settings hold until the file is approved again', () => {
  const own = [approved('repository', one), approved('operator', other)]
  expect(own.reduce(repository.evolve, repository.initialState).own).toEqual({ hash: other, text: other })
  expect([...own, approved('repository', one)].reduce(repository.evolve, repository.initialState).own).toBeNull()
})
