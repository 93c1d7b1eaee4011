import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Client, ProblemError } from '@mosaic/client'
import { gatewayRoutes, problem } from '@mosaic/contracts/http'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Context } from '../../gateway/action.ts'
import { landOne } from './land.ts'

const ref = 'refs/mosaic/landings/b'
const preview = { sessionId: 's', look: { branch: 'mosaic/work', base: 'main', baseCommit: '0' } }
const refused = new ProblemError(
  problem.parse({ type: 'urn:x', title: 't', status: 409, code: 'ALREADY_QUEUED', detail: 'it is in the queue' }),
)

let folder: string
const git = (...args: string[]) =>
  execFileSync('git', ['-C', folder, '-c', 'user.name=Ada', '-c', 'user.email=a@example.com', ...args], {
    encoding: 'utf8',
  }).trim()

beforeEach(() => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  folder = mkdtempSync(join(tmpdir(), 'mosaic-land-'))
  execFileSync('git', ['init', '-q', '-b', 'main', folder])
  git('commit', '-q', '--allow-empty', '-m', 'first')
  git('checkout', '-q', '--detach')
  writeFileSync(join(folder, 'made.txt'), 'made\n')
  git('add', '.')
  git('commit', '-qm', 'made')
  git('update-ref', ref, 'HEAD')
  git('checkout', '-q', 'main')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** A gateway that has the branch in its queue, held for who has its base checked out, until that has moved it. */
function contextOf(status: 'tried' | 'agent'): Context {
  const commit = git('rev-parse', ref)
  const landing = { landingId: 'l', sessionId: 's', branch: 'mosaic/work', status }
  const call = async (route: unknown) => {
    if (route === gatewayRoutes.requestLanding) throw refused
    const isThere = git('rev-parse', 'main') === commit
    const batch = { state: 'held', ref, commit, landingIds: ['l'] }
    const over = isThere ? [{ ...landing, status: 'landed', commit }] : []
    const queue = { queueId: 'q', repository: folder, into: 'main', halted: null, trouble: null }
    return { items: [{ ...queue, batch, open: isThere ? [] : [landing], over }] }
  }
  return { client: { call } as unknown as Client, json: false, signal: new AbortController().signal } as Context
}

test('what waited for its base to be movable was refused when it was to land again', async () => {
  expect(await landOne(contextOf('tried'), preview, { how: 'merge' })).toMatchObject({ status: 'landed' })
  expect(git('rev-parse', 'main')).toBe(git('rev-parse', ref))
})

test.each([
  ['nobody is to wait', 'tried', true],
  ['its agent has it', 'agent', false],
] as const)('where %s it is refused, with how it stands', async (_, status, queue) => {
  await expect(landOne(contextOf(status), preview, { how: 'merge', queue })).rejects.toMatchObject({
    message: 'ALREADY_QUEUED: it is in the queue',
    hint: expect.stringContaining('mosaic work queue list'),
  })
})
