import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { shellWord } from '../sandbox/index.ts'
import { TestRepository } from '../../test/user-repository.ts'
import { configuredHooksOff } from './origin-hooks.ts'

/** What git that receives a push would find, after the names of hooks that it is to look up. */
const enabled = (repository: TestRepository, off: string, name: string) => {
  const look = `${off} git -C ${shellWord(repository.path)} config --type=bool --get ${shellWord(`hook.${name}.enabled`)}`
  return execFileSync('sh', ['-c', look], { encoding: 'utf8' }).trim()
}

test('hooks in the configuration of an origin ran after a push, also those that it calls enabled', async () => {
  using origin = new TestRepository({ 'readme.md': 'hello\n' })
  const names = ['lint', 'two words', "it's", 'a=b', 'a.b.command', '$(touch x)', 'pre-receive']
  for (const name of names) {
    origin.git('config', `hook.${name}.command`, 'true')
    origin.git('config', `hook.${name}.event`, 'post-receive')
    origin.git('config', `hook.${name}.enabled`, 'true')
  }
  writeFileSync(join(origin.path, '.git/included'), '[hook "elsewhere"]\n\tcommand = true\n\tevent = update\n')
  origin.git('config', 'include.path', 'included')
  const off = await configuredHooksOff(origin.path)
  for (const name of [...names, 'elsewhere', 'reference-transaction', 'update']) {
    expect([name, enabled(origin, off, name)]).toEqual([name, 'false'])
  }
})

test('of an origin whose configuration cannot be read no hook is left on that could be looked up later', async () => {
  using origin = new TestRepository({ 'readme.md': 'hello\n' })
  const off = await configuredHooksOff(join(origin.folder, 'nowhere'))
  expect(enabled(origin, off, 'pre-receive')).toBe('false')
})
