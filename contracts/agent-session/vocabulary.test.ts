import { expect, test } from 'vitest'
import { modelProvider } from './index.ts'

test('the name of a provider that is refused was answered with a regular expression', () => {
  expect(modelProvider.safeParse('Bad_Name').error?.issues.map(({ message }) => message)).toEqual([
    'expected small letters, digits and hyphens, a letter first, at most 64',
  ])
})
