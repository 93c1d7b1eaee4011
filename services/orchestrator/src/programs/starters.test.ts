import { expect, test } from 'vitest'
import { runElsewhere, systemEnvironment, systemProgram } from './starters.ts'
import { runProgram } from './run-program.ts'

const options = { cwd: '/', env: systemEnvironment, timeoutMs: 20_000 }

test.each([
  ['what it prints and how it ends', ['sh', '-c', 'echo out; echo err >&2; exit 3'], {}, { code: 3, timedOut: false }],
  ['what it is given to read', ['cat'], { input: 'héllo\n' }, { code: 0, stdout: 'héllo\n' }],
  ['the signal that has ended it', ['sh', '-c', 'kill -9 $$'], {}, { code: 137 }],
  ['that it took too long', ['sleep', '60'], { timeoutMs: 50 }, { code: 124, timedOut: true }],
])('another process tells of a program what this one would: %s', async (_, command, more, told) => {
  const given = { ...options, ...more }
  const output = await runElsewhere(command, given)
  expect(output).toMatchObject(told)
  expect(output).toEqual(await runProgram(command, given))
})

test('many at once are answered each with its own', async () => {
  const numbers = Array.from({ length: 40 }, (_, number) => String(number))
  const outputs = await Promise.all(numbers.map((number) => runElsewhere(['echo', number], options)))
  expect(outputs.map(({ stdout }) => stdout.trim())).toEqual(numbers)
})

test('one that is not there, or fails, is said by name', async () => {
  await expect(runElsewhere(['no-such-program'], options)).rejects.toThrow('spawn no-such-program ENOENT')
  await expect(systemProgram('rm', '/no/such/file')).rejects.toThrow(
    "rm ended with 1: rm: cannot remove '/no/such/file': No such file or directory",
  )
})
