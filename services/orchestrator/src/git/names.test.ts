import { describe, expect, it } from 'vitest'
import { checkBranchName, workName } from './names.ts'
import { parseRepository } from './repository-address.ts'

describe('checkBranchName', () => {
  it.each(['main', 'feature/x-1', 'mosaic/agent-1-2', 'größe', 'v1.2'])('takes %s', (name) => {
    expect(checkBranchName(name).ok).toBe(true)
  })

  it.each([
    '',
    '-x',
    'a/-x',
    '--upload-pack=x',
    'a..b',
    'a b',
    'a:b',
    'a~1',
    'x.lock',
    '.x',
    'a//b',
    '/a',
    'a/',
    '@',
    'a\nb',
    'a@{1}',
    'x'.repeat(201),
  ])('refuses %j', (name) =>
    expect(checkBranchName(name)).toMatchObject({ ok: false, error: { code: 'BRANCH_NAME_INVALID' } }),
  )
})

describe('workName', () => {
  it('joins agent and task', () => expect(workName('a-1', 'T2')).toBe('agent-a-1-T2'))
  it.each(['../x', 'a/b', '', 'a.b'])('never lets %j become a path', (id) => {
    if (id !== '') expect(() => workName(id, 't')).toThrow(RangeError)
  })
})

describe('parseRepository', () => {
  it.each([
    ['/home/me/code/', { kind: 'local', url: '/home/me/code' }],
    ['file:///home/me/a%20b', { kind: 'local', url: '/home/me/a b' }],
    ['https://example.com/a/b.git', { kind: 'remote', url: 'https://example.com/a/b.git' }],
    ['ssh://git@example.com:22/a.git', { kind: 'remote', url: 'ssh://git@example.com:22/a.git' }],
    ['git@example.com:a/b.git', { kind: 'remote', url: 'git@example.com:a/b.git' }],
  ])('takes %s', (repository, value) => expect(parseRepository(repository)).toEqual({ ok: true, value }))

  it.each([
    '',
    'relative/path',
    '-oProxyCommand=x',
    'ext::sh -c x',
    'fd::3',
    'http://example.com/a',
    'git://example.com/a',
    'ftp://example.com/a',
    'ssh://-oProxyCommand=x/a',
    'ssh://-x@example.com/a',
    '-host:path',
    'host:-path',
    'file://host/path',
    'https://user:password@example.com/a',
    'https://exa mple/a',
    '/a\nb',
    `/${'x'.repeat(2_000)}`,
  ])('refuses %j', (repository) => {
    expect(parseRepository(repository)).toMatchObject({ ok: false, error: { code: 'REPOSITORY_NOT_ALLOWED' } })
  })
})
