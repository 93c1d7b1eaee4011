import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell, type Step } from '../../test/scenario.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

const write = (content: string): Step => ({ call: { tool: 'write_file', input: { path: 'a.txt', content } } })
const commit: Step = { call: { tool: 'commit', input: { message: 'feat: a' } } }
const spawn = (repository: string, ...steps: readonly Step[]) =>
  client.spawn({ repository, task: 'Do it.', model: scenario(steps) })
const prune = async (olderThanDays: number, dryRun = false) => {
  const { status, body } = await client.post('/work/prune', { olderThanDays, dryRun })
  expect(status).toBe(200)
  return body['removed'] as { kind: string; sessionId: string | null; repository: string; refs: string[] }[]
}
const mirrorOf = async (sessionId: string) => (await harness.reached(sessionId, 'CheckpointRecorded')).data.mirror
const refsIn = (mirror: string, area: string) =>
  execFileSync('git', [`--git-dir=${mirror}`, 'for-each-ref', '--format=%(refname)', area], { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)

test('checkpoints of ended sessions go; what is not committed stays until somebody decides, and so does the mirror', async () => {
  const repository = makeRepository()
  const sessionId = await spawn(repository, write('one\n'), commit, write('two\n'), finish())
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const mirror = await mirrorOf(sessionId)
  const checkpoints = `refs/mosaic/checkpoints/${sessionId}`
  const kept = refsIn(mirror, checkpoints)
  expect(kept.length).toBeGreaterThan(0)

  const of = (removed: Awaited<ReturnType<typeof prune>>) => removed.filter((each) => each.repository === repository)
  expect(of(await prune(1))).toEqual([])
  const expected = [{ kind: 'checkpoints', sessionId, repository, refs: kept }]
  expect(of(await prune(0, true))).toEqual(expected)
  expect(refsIn(mirror, checkpoints)).toEqual(kept)
  expect(of(await prune(0))).toEqual(expected)
  expect(refsIn(mirror, checkpoints)).toEqual([])
  expect((await harness.reached(sessionId, 'CheckpointsRemoved')).data).toMatchObject({ count: kept.length })
  expect(refsIn(mirror, 'refs/mosaic/wip')).toEqual([`refs/mosaic/wip/${sessionId}`])
  expect(of(await prune(0))).toEqual([])

  await client.post(`/agents/${sessionId}/discard`)
  expect(of(await prune(0)).map(({ kind }) => kind)).toEqual([])
  execFileSync('git', ['-C', repository, 'merge', '--quiet', (await harness.place(sessionId)).branch])
  expect(of(await prune(0)).map(({ kind }) => kind)).toEqual(['branch', 'mirror'])
  expect((await harness.reached(sessionId, 'WorkPruned')).metadata.actor).toMatchObject({ kind: 'system' })
  expect(existsSync(mirror)).toBe(false)
})

test('of a session that lives the newest checkpoint stays, and its mirror', async () => {
  const repository = makeRepository()
  const sessionId = await spawn(repository, write('one\n'), write('two\n'), shell('sleep 3600.5'), finish())
  await harness.reached(sessionId, 'ToolInvoked', ({ name }) => name === 'shell')
  const mirror = await mirrorOf(sessionId)
  const before = refsIn(mirror, 'refs/mosaic/checkpoints')
  const removed = (await prune(0)).filter((each) => each.sessionId === sessionId)
  const after = refsIn(mirror, 'refs/mosaic/checkpoints')
  expect(after).toHaveLength(1)
  expect([...removed.flatMap(({ refs }) => refs), ...after].toSorted()).toEqual(before.toSorted())
  await client.post(`/agents/${sessionId}/kill`)
  await harness.reached(sessionId, 'AgentResourcesReleased')
})
