import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { componentNames } from '@mosaic/local-tier'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createProgram, run } from './program.ts'

const written = { stdout: '', stderr: '' }
beforeEach(() => {
  Object.assign(written, { stdout: '', stderr: '' })
  for (const name of ['stdout', 'stderr'] as const)
    vi.spyOn(process[name], 'write').mockImplementation((text) => {
      written[name] += String(text)
      return true
    })
})
afterEach(() => {
  vi.restoreAllMocks()
  process.exitCode = undefined
})

test.each([
  [['frobnicate'], "unknown command 'frobnicate'"],
  [['sttaus'], 'Did you mean status?'],
  [['up', '--port', 'x'], 'A port is from 0 (any) to 65535.'],
  [['logs', 'nobody'], 'Allowed choices are'],
  [['reset', '--data', '/nowhere'], 'Add --yes to do it.'],
  [['worker', 'join', 'http://127.0.0.1:9', '--token', 'x', '--label', '!'], 'label'],
])('%j is a usage error, exit code 2', async (args, said) => {
  expect(await run(args)).toBe(2)
  expect(written.stderr).toContain(said)
  expect(written.stdout).toBe('')
})

test.each([
  [['frobnicate'], 2, { error: "unknown command 'frobnicate'" }],
  [['up', '--port', 'x'], 2, { error: expect.stringContaining('A port is from 0 (any) to 65535.') }],
  [['agent', 'list', '--data', '/nowhere'], 3, { error: 'Nothing is running in /nowhere.', hint: expect.any(String) }],
])('with --json an error was text all the same: %j', async (args, exitCode, told) => {
  expect(await run([...args, '--json'])).toBe(exitCode)
  expect(JSON.parse(written.stderr)).toEqual({ ...told, exitCode })
  expect(written.stdout).toBe('')
})

test('status of a folder where nothing runs: exit code 3, every component stopped', async () => {
  expect(await run(['status', '--json', '--data', '/nowhere'])).toBe(3)
  const { components } = JSON.parse(written.stdout) as { components: Record<string, unknown> }
  expect(components['relay']).toEqual({ status: 'stopped', pid: null, version: null })
  expect(Object.keys(components)).toEqual(componentNames)
})

test.each([['up'], ['down'], ['reset', '--yes'], ['eventstore']])('%s is refused with --readonly', async (...args) => {
  expect(await run([...args, '--readonly', '--data', '/nowhere'])).toBe(4)
  expect(written.stderr).toContain(`"${args[0]}" changes something.`)
})

test.each([['--help'], ['--version'], ['up', '--help']])('%s ends with 0', async (...args) => {
  expect(await run(args)).toBe(0)
  expect(written.stdout).not.toBe('')
})

test('the README left out commands that there are', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../../README.md'), 'utf8')
  const names = createProgram().commands.map((command) => command.name())
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !readme.includes(`\`${name}\``) && !readme.includes(`./mosaic ${name}`))).toEqual([])
})
