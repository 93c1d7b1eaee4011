import { expect, it } from 'vitest'
import { submoduleAddress } from './submodules.ts'

it.each([
  ['/srv/app', '../lib', '/srv/lib'],
  ['/srv/app', './lib', '/srv/app/lib'],
  ['/srv/app', '/opt/lib', '/opt/lib'],
  ['https://git.example/team/app.git', '../lib.git', 'https://git.example/team/lib.git'],
  ['https://git.example/team/app.git', '../../other/lib', 'https://git.example/other/lib'],
  ['git@git.example:team/app.git', '../lib.git', 'git@git.example:team/lib.git'],
  ['ssh://git@git.example/team/app', 'https://git.example/lib', 'https://git.example/lib'],
])('in %s the submodule %s is %s', (parent, url, address) => {
  expect(submoduleAddress(parent, url)).toEqual({ ok: true, value: address })
})

it.each([
  ['/srv/app', 'ext::sh -c id'],
  ['/srv/app', '-uexec'],
  ['/srv/app', 'http://git.example/lib'],
  ['https://git.example/app', '/home/person/private'],
  ['https://git.example/app', 'file:///home/person/private'],
  ['git@git.example:app.git', '/home/person/private'],
])('in %s no repository is %s', (parent, url) => {
  expect(submoduleAddress(parent, url)).toMatchObject({ ok: false, error: { code: 'REPOSITORY_NOT_ALLOWED' } })
})
