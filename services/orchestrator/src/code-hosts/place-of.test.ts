import { expect, test } from 'vitest'
import { isAt, originOf, placeOf } from './place-of.ts'

test.each([
  ['https://github.com/owner/code.git', 'github.com', '', { owner: 'owner', name: 'code' }],
  ['https://ada@GitHub.com/owner/code', 'github.com', '', { owner: 'owner', name: 'code' }],
  ['git@github.com:owner/code.git', 'github.com', '', { owner: 'owner', name: 'code' }],
  ['ssh://git@git.example:2222/owner/code.git', 'git.example:3000', '', { owner: 'owner', name: 'code' }],
  ['https://git.example:3000/owner/code.git', 'git.example:3000', '', { owner: 'owner', name: 'code' }],
  ['https://gitlab.example/group/sub/code.git', 'gitlab.example', '', { owner: 'group/sub', name: 'code' }],
  ['https://example.org/git/owner/code.git', 'example.org', '/git', { owner: 'owner', name: 'code' }],
  ['https://git.example/owner/a%20b.git/', 'git.example', '', { owner: 'owner', name: 'a b' }],
])('%s is a repository at %s', (address, host, below, place) => {
  const origin = originOf(address)!
  expect([isAt(origin, host), placeOf(origin, below)]).toEqual([true, place])
})

test.each([
  ['https://git.example:3000/owner/code.git', 'git.example'],
  ['https://github.com.example/owner/code.git', 'github.com'],
  ['git@notgithub.com:owner/code.git', 'github.com'],
])('%s is not at %s: its token would go to another', (address, host) => {
  expect(isAt(originOf(address)!, host)).toBe(false)
})

test.each(['https://git.example/code.git', 'https://git.example/a/%2e%2e/code', 'git@git.example:code.git'])(
  '%s names no owner and repository',
  (address) => {
    expect(placeOf(originOf(address)!, '')).toBeUndefined()
  },
)

test.each(['/home/ada/code', 'file:///home/ada/code', 'C'])('%s is at no host', (address) => {
  expect(originOf(address)).toBeUndefined()
})
