import { expect, test } from 'vitest'
import { keptForSecrets, placesRefused, refusedForSecrets } from './findings.ts'

const places = [
  { file: 'a b/c.env', line: 3, kind: 'GitHub token' },
  { file: 'id (1): old', line: 12, kind: 'private key' },
  { file: 'commit message', line: 1, kind: 'ours' },
]

test.each([
  ['a refused commit', `SECRET_FOUND: ${refusedForSecrets(places)} A person can allow it: (see docs:1 (none))`],
  ['what is kept here', keptForSecrets(places)],
])('the places in %s are read as they were written', (_, text) => expect(placesRefused(text)).toEqual(places))

test('any other text names none', () => expect(placesRefused('who says that it holds secrets: me')).toEqual([]))
