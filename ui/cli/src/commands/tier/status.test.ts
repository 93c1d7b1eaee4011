import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { workshopLines } from './status.ts'

const guarantees = {
  filesystem: true,
  network: true,
  syscalls: true,
  memory: false,
  cpu: false,
  pids: true,
  disk: true,
}
const said = (view: Parameters<typeof workshopLines>[0]) => workshopLines(view).map(stripVTControlCharacters)

test('what a sandbox enforces here is told, and what it does not', () => {
  expect(said({ sandbox: { kind: 'bubblewrap', guarantees }, problem: null, originHooks: 'off' })).toEqual([
    'Sandbox bubblewrap; enforced: files, network, system calls, processes, disk; not enforced: memory, CPU',
    'Hooks of origins never run',
  ])
})

test('that no sandbox works is told with the reason, and that hooks run', () => {
  expect(said({ sandbox: null, problem: 'No sandbox works here (…).', originHooks: 'own' })).toEqual([
    'Sandbox No sandbox works here (…).',
    'Hooks of origins your own repositories’ run after a push',
  ])
})

test('before anybody has looked nothing is claimed', () => {
  expect(said({ sandbox: null, problem: null, originHooks: 'off' })).toEqual(['Hooks of origins never run'])
})
