import { expect, test } from 'vitest'
import { addModelProvider } from './index.ts'

test.each(['', ' ', 'gateway', 'ftp://gateway.example', 'https://user:secret@gateway.example'])(
  'an address that is none, or holds a password, is refused by name and not thrown over: %j',
  (baseUrl) => {
    const parsed = addModelProvider.safeParse({ name: 'mine', baseUrl })
    expect(parsed.error?.issues.map(({ path }) => path)).toEqual([['baseUrl']])
  },
)
