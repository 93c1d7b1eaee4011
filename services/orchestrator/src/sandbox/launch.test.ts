import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { launchAs, mountTable } from './launch.ts'

test('whatever a path is called, it is one entry of one line', () => {
  expect(mountTable(['/plain-1.git', '/a b\tc\nd\\e#é'], '/mnt')).toBe(
    '/plain-1.git /mnt/0 none bind\n/a\\040b\\011c\\012d\\134e\\043\\303\\251 /mnt/1 none bind',
  )
})

test.runIf(process.getuid?.() === 0)('each path is found at its place, by another user', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-launch-'))
  const strange = join(folder, ' a b\tc\nd\\040#é')
  mkdirSync(strange)
  writeFileSync(join(strange, 'file'), 'in there', { mode: 0o644 })
  const paths = ['/usr/bin/env', strange]
  const { prefix, sourceOf } = launchAs({ uid: 61_170, gid: 61_170 }, paths)
  const [program = '', ...args] = prefix
  const script = 'id -u; cat "$1/file"; echo; test -x "$2" && echo runs'
  const look = ['sh', '-c', script, 'sh', sourceOf(strange), sourceOf('/usr/bin/env')]
  expect(execFileSync(program, [...args, ...look], { encoding: 'utf8' })).toBe('61170\nin there\nruns\n')
})
