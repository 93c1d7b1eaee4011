import type { Client } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { expect, test, vi } from 'vitest'
import { exitCodes } from '../../cli.ts'
import type { Context } from '../../gateway/action.ts'
import { choose } from './choose.ts'

const taskId = '0190a000-0000-7000-8000-000000000001'
const sessionId = '0190a000-0000-7000-8000-000000000002'
const failed = {
  state: 'decided',
  approved: false,
  blocked: null,
  gates: [
    { name: 'lint', result: 'passed' },
    { name: 'tests', result: 'failed' },
  ],
}
const passed = { ...failed, approved: true, gates: [] }
const kept = { files: 2, insertions: 3, deletions: 1 }

vi.spyOn(process.stderr, 'write').mockReturnValue(true)

/** What becomes of a choice, and what is said. */
async function choosing(attempt: object, uncommitted: object | null, options: { yes?: boolean } = {}) {
  const written = vi.spyOn(process.stdout, 'write').mockReset().mockReturnValue(true)
  let isChosen = false
  const call = async (route: unknown) => {
    if (route === gatewayRoutes.task) return { taskId, attempts: [{ sessionId }] }
    if (route === gatewayRoutes.taskAttempts) return { items: [{ sessionId, ...attempt }] }
    if (route === gatewayRoutes.session) return { sessionId, uncommitted, isPruned: false }
    isChosen = route === gatewayRoutes.chooseAttempt
    return { taskId }
  }
  const context = { client: { call } as unknown as Client, json: false } as Context
  const refusal: unknown = await choose(context, taskId, sessionId, options).then(
    () => undefined,
    (error: unknown) => error,
  )
  return { refusal, isChosen, said: written.mock.calls.join('') }
}

test('an attempt that had failed its gates, and committed nothing, was taken without a word', async () => {
  const { refusal, isChosen } = await choosing({ commits: 0, gates: failed }, kept)
  expect(isChosen).toBe(false)
  expect(refusal).toMatchObject({ exitCode: exitCodes.usage, message: expect.stringContaining('--yes') })
  const hint = String((refusal as { hint: string }).hint)
  for (const doubt of ['failed: tests', 'committed nothing', `mosaic work keep ${sessionId}`])
    expect(hint).toContain(doubt)
})

test('what had nothing but kept changes was said to be landed by work land', async () => {
  const { isChosen, said } = await choosing({ commits: 0, gates: failed }, kept, { yes: true })
  expect(isChosen).toBe(true)
  expect(said).toContain(`mosaic work keep ${sessionId}; then: mosaic work land ${taskId}`)
})

test('what has passed, and is committed, is taken at once', async () => {
  const { isChosen, said } = await choosing({ commits: 1, gates: passed }, null)
  expect(isChosen).toBe(true)
  expect(said).toContain(`Its work is landed by "mosaic work land ${taskId}"`)
})
