import { expect, test } from 'vitest'
import { PauseGate } from './pause.ts'
import type { Run } from './run.ts'

test('a pause that came while the files were being written in the sandbox froze who wrote them, for ever', async () => {
  const done: string[] = []
  const run = {
    isWritingFiles: true,
    activity: 'busy',
    workplace: { sandbox: { freeze: async () => void done.push('frozen') } },
    journal: { session: { status: 'spawning', control: 'pause', kill: null } },
    record: async ({ type }: { type: string }) => void done.push(type),
  }
  const gate = new PauseGate(run as unknown as Run)
  await gate.settle()
  expect(done).toEqual([])
  Object.assign(run, { isWritingFiles: false, activity: 'idle' })
  await gate.settle()
  expect(done).toEqual(['frozen', 'ConfirmPause'])
})
