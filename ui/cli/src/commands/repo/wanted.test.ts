import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SettingsView } from '@mosaic/contracts/repository'
import { expect, onTestFinished, test } from 'vitest'
import { exitCodes } from '../../cli.ts'
import { ofRepository, ownOf } from './wanted.ts'

const settings: SettingsView = {
  source: 'repository',
  hash: 'a'.repeat(64),
  text: 'network: none\n',
  approved: false,
  decided: null,
  permits: ['let agents reach nobody'],
  problem: null,
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'mosaic-wanted-'))
  onTestFinished(() => rmSync(made, { recursive: true }))
  return made
}

test('a settings file that is not committed yet was called missing', () => {
  const repository = folder()
  const seen = { repository, branch: 'main', settings: null }
  expect(() => ofRepository(seen)).toThrow(`${repository} has no mosaic.yaml.`)
  writeFileSync(join(repository, 'mosaic.yaml'), 'network: none\n')
  expect(() => ofRepository(seen)).toThrow(`mosaic.yaml in ${repository} is not on the branch main.`)
})

test("approving the repository's settings under an operator's own claimed to have done so", () => {
  const seen = { repository: '/code', branch: 'main', settings }
  expect(ofRepository(seen)).toEqual({ hash: settings.hash, shown: '  • let agents reach nobody' })
  expect(() => ofRepository({ ...seen, settings: { ...settings, source: 'operator', approved: true } })).toThrow(
    'What counts for /code are settings of your own (aaaaaaaaaaaa).',
  )
})

test('a file of settings that cannot be read was an unexpected error', () => {
  const path = join(folder(), 'none.yaml')
  expect(() => ownOf(path)).toThrow(
    expect.objectContaining({ message: `${path} cannot be read (ENOENT).`, exitCode: exitCodes.usage }),
  )
})
