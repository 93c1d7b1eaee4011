import { ok } from '@mosaic/contracts/kernel'
import { createRedactor, Seam } from '@mosaic/redaction'
import { expect, test } from 'vitest'
import type { Call } from '../../journal/transcript.ts'
import { HaltedError } from '../claimed-run.ts'
import type { Run } from '../worktree/index.ts'
import { runTool } from './run-tool.ts'

const call: Call = { id: 'c1', name: 'shell', turn: 1, input: { command: 'echo' }, state: 'open' }

/** A run that says what it does. `settled`: what happens while the files of the last step are still being kept. */
function running(settled: () => void) {
  const did: string[] = []
  const state = { isTakenOver: false }
  const { signal } = new AbortController()
  const run = {
    journal: {
      sessionId: 's1',
      session: { status: 'running', spec: { reviews: null, quality: null, runtime: {} }, work: { allowed: [] } },
    },
    begun: new Set(),
    heard: new Map(),
    halted: signal,
    stopping: signal,
    redactor: createRedactor(),
    seams: { shown: new Seam((text) => text) },
    deps: { git: {}, roster: new Map(), approvals: { policiesOf: async () => [] } },
    workplace: {
      worktree: { path: '/w' },
      sandbox: {
        exec: async () => {
          did.push('the command runs')
          return { exitCode: 0, stdout: '', stderr: '', timedOut: false, aborted: false, truncated: false }
        },
      },
    },
    checkpoints: { settled: async () => settled(), begin: () => undefined },
    record: async ({ type }: { type: string }) => {
      did.push(type)
      return ok({ events: [{}] })
    },
    async stillOurs() {
      did.push('it is looked whose it is')
      if (state.isTakenOver) throw new HaltedError('taken-over')
    },
  } as unknown as Run
  return { run, did, state }
}

test('whose session it is is looked at last, right before a tool starts', async () => {
  const { run, did } = running(() => did.push('the files are kept'))
  await runTool(run, call)
  expect(did).toEqual([
    'InvokeTool',
    'the files are kept',
    'it is looked whose it is',
    'the command runs',
    'CompleteTool',
  ])
})

test('a session that was taken over while its last files were being kept had its tool started all the same', async () => {
  const { run, did, state } = running(() => void (state.isTakenOver = true))
  await expect(runTool(run, call)).rejects.toThrow(HaltedError)
  expect(did).not.toContain('the command runs')
})
