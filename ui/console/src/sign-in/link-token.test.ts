import { expect, test } from 'vitest'
import { tokenOf } from './link-token.ts'

test.each([
  ['#token=abc-DEF_1', 'abc-DEF_1'],
  ['#token=a%2Bb', 'a+b'],
  ['#token=', null],
  ['#other=1', null],
  ['', null],
])('the token of %j is %j', (hash, token) => expect(tokenOf(hash)).toBe(token))
