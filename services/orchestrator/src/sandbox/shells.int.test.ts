import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { defaultLimits } from './contract.ts'
import { type Shell, Shells } from './shells.ts'

async function run(shell: Shell, command: readonly string[], environment: Readonly<Record<string, string>> = {}) {
  const said = text(shell.child.stdout!)
  const ended = once(shell.child, 'close')
  shell.become(command, environment)
  const [code] = await ended
  await shell.cgroup.remove()
  return { said: await said, code }
}

test('a shell becomes the program that it is told, with its words and its environment and no others', async () => {
  const shells = new Shells()
  const odd = `it's "$HOME" \\ a\nline`
  const printed = await run(shells.take(defaultLimits), ['printf', '%s|', odd, ''])
  expect(printed).toEqual({ said: `${odd}||`, code: 0 })
  const { said } = await run(shells.take(defaultLimits), ['env'], { ODD: odd, PATH: '/usr/bin:/bin' })
  expect(said).toBe(`PATH=/usr/bin:/bin\nODD=${odd}\n`)
})

test('one that waits is taken once, and says how it ended as one does that was made for it', async () => {
  const shells = new Shells()
  shells.keepOne()
  shells.keepOne()
  const [waited, made] = [shells.take(defaultLimits), shells.take(defaultLimits)]
  expect(waited.name).not.toBe(made.name)
  for (const shell of [waited, made]) {
    expect(await run(shell, ['/bin/sh', '-c', 'echo out; exit 3'])).toEqual({ said: 'out\n', code: 3 })
  }
})
