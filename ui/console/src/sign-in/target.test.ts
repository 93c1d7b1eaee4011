import { expect, test } from 'vitest'
import { isPlace } from './target.ts'

test.each([
  ['/sessions/1?event=2', true],
  ['/audit', true],
  ['/loginx', true],
  ['/', false],
  ['/?x', false],
  ['/login', false],
  ['/login?x', false],
  ['//evil.example/', false],
  ['/\\evil.example', false],
  ['https://evil.example', false],
  ['', false],
  [null, false],
])('%j as a target after signing in: %s', (target, expected) => expect(isPlace(target)).toBe(expected))
