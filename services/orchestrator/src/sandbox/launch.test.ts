import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findBubblewrap } from './bubblewrap-launch.ts'
import { launchAs } from './launch.ts'

test.runIf(process.getuid?.() === 0)(
  'each path is found at its place, by another user, whatever it is called',
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mosaic-launch-'))
    const strange = join(folder, ' a b\tc\nd\\040#é')
    mkdirSync(strange)
    writeFileSync(join(strange, 'file'), 'in there', { mode: 0o644 })
    const paths = ['/usr/bin/env', strange]
    const bwrap = (await findBubblewrap()).program
    const { program, sourceOf } = launchAs(bwrap, { uid: 61_170, gid: 61_170 }, paths)
    const [first = '', ...args] = program.slice(0, -1)
    const script = 'id -u; cat "$1/file"; echo; test -x "$2" && echo runs'
    const look = ['sh', '-c', script, 'sh', sourceOf(strange), sourceOf('/usr/bin/env')]
    expect(execFileSync(first, [...args, ...look], { encoding: 'utf8' })).toBe('61170\nin there\nruns\n')
  },
)
