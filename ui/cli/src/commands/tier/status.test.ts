import { stripVTControlCharacters } from 'node:util'
import type { FreezeView } from '@mosaic/contracts/fleet'
import { expect, test } from 'vitest'
import { freezeLines, statusJson, workshopLines } from './status.ts'

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
  expect(said({ sandbox: { kind: 'bubblewrap', guarantees }, problem: null, originHooks: 'off', gates: 'on' })).toEqual(
    [
      'Sandbox bubblewrap; enforced: files, network, system calls, processes, disk; not enforced: memory, CPU',
      'Hooks of origins never run',
    ],
  )
})

test('that no sandbox works is told with the reason, and that hooks run', () => {
  expect(said({ sandbox: null, problem: 'No sandbox works here (…).', originHooks: 'own', gates: 'on' })).toEqual([
    'Sandbox No sandbox works here (…).',
    'Hooks of origins your own repositories’ run after a push',
  ])
})

test('before anybody has looked nothing is claimed', () => {
  expect(said({ sandbox: null, problem: null, originHooks: 'off', gates: 'on' })).toEqual([
    'Hooks of origins never run',
  ])
})

test('a frozen fleet was told nowhere in the status', () => {
  const frozenBy = { kind: 'operator', id: 'local', name: 'Ada' } as const
  const freeze = {
    scope: { kind: 'all' },
    reason: null,
    killAllId: 'k',
    frozenAt: '2026-03-01T09:05:00.000Z',
    frozenBy,
  }
  expect(freezeLines([freeze as FreezeView]).map(stripVTControlCharacters)).toEqual([
    'every agent frozen with a kill-all by Ada at 2026-03-01T09:05:00.000Z',
    '"mosaic fleet unfreeze" lets agents be spawned.',
  ])
  expect(freezeLines([])).toEqual([])
})

test('gates that are off are said', () => {
  expect(said({ sandbox: null, problem: null, originHooks: 'off', gates: 'off' }).at(-1)).toBe(
    'Quality gates disabled (YOLO_MODE): changes of agents pass unseen',
  )
})

test('programs were told neither in which sandbox agents run nor where the console is', () => {
  const workshop = {
    sandbox: { kind: 'bubblewrap', guarantees },
    problem: null,
    originHooks: 'off',
    gates: 'on',
  } as const
  const console = 'http://127.0.0.1:3000'
  const known = { sandbox: workshop.sandbox, sandboxProblem: null, console }
  expect(statusJson({ running: true, components: {}, workshop, console })).toEqual({ components: {}, ...known })
  expect(statusJson({ running: false, components: {}, workshop: undefined, console })).toEqual({
    components: {},
    sandbox: null,
    sandboxProblem: null,
    console: null,
  })
})
