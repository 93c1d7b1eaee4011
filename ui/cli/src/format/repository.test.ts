import { stripVTControlCharacters } from 'node:util'
import type { RepositoryInspection, SettingsView } from '@mosaic/contracts/repository'
import { expect, test } from 'vitest'
import { inspectionText } from './repository.ts'

const seen: RepositoryInspection = {
  repository: '/code',
  branch: 'main',
  commit: 'c'.repeat(40),
  branches: 1,
  languages: [],
  packageManagers: [],
  testCommands: [],
  instructions: [],
  submodules: [],
  lfs: false,
  changes: null,
  changesUnknown: null,
  host: { sandbox: 'bubblewrap', toolchains: [] },
  settings: null,
  proposal: '',
}
const settings: SettingsView = {
  source: 'repository',
  hash: 'a'.repeat(64),
  text: 'network: none\n',
  approved: false,
  decided: null,
  permits: ['let agents reach nobody'],
  problem: null,
}
const at = '2026-03-01T09:05:00.000Z'

test.each([
  ['that nobody has decided about', {}, 'not approved'],
  [
    'that are approved',
    { approved: true, decided: { decision: 'approved', by: 'Ada', at } },
    'approved by Ada at 2026-03-01 09:05:00',
  ],
  [
    'whose approval was revoked',
    { decided: { decision: 'revoked', by: 'Ada', at } },
    'not approved, revoked by Ada at 2026-03-01 09:05:00',
  ],
] as const)('settings %s say so', (_, decided, words) => {
  const text = stripVTControlCharacters(inspectionText({ ...seen, settings: { ...settings, ...decided } }))
  expect(text).toMatch(
    new RegExp(`settings +in the repository \\(aaaaaaaaaaaa\\), ${words}\\n {2}• let agents reach nobody$`),
  )
})

test.each([
  ['there is none', {}, 'nothing'],
  ['all is committed', { changes: { branch: 'main', files: 0, insertions: 0, deletions: 0 } }, 'nothing'],
  ['it has changes', { changes: { branch: 'main', files: 1, insertions: 2, deletions: 0 } }, '1 file, \\+2 −0 on main'],
  ['it could not be looked at', { changesUnknown: 'no sandbox works here' }, 'not known: no sandbox works here'],
] as const)('of a checkout it is said that %s', (_, found, words) => {
  expect(stripVTControlCharacters(inspectionText({ ...seen, ...found }))).toMatch(
    new RegExp(`not committed +${words}\\n`),
  )
})
