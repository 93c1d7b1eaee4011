import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell, type Step } from '../../test/scenario.ts'
import { mayMount, SmallDisk } from '../../test/small-disk.ts'

let harness: Harness
let client: Client
const repository = makeRepository()

beforeAll(async () => {
  harness = await Harness.start()
})
afterAll(() => harness.close())

const content = 'an hour of work\n'
const write: Step = { call: { tool: 'write_file', input: { path: 'fix.txt', content } } }
const nest = shell('git init -q nested && cd nested && git -c user.name=a -c user.email=a@b commit -qm x --allow-empty')
const spawn = (...steps: readonly Step[]) => client.spawn({ repository, task: 'Fix it.', model: scenario(steps) })
const refOf = (sessionId: string) => `refs/mosaic/wip/${sessionId}`
const atOrigin = (sessionId: string) =>
  execFileSync('git', ['-C', repository, 'show', `${refOf(sessionId)}:fix.txt`], { encoding: 'utf8' })
const released = async (sessionId: string) => (await harness.reached(sessionId, 'AgentResourcesReleased')).data

async function written(sessionId: string): Promise<string> {
  const { worktree } = await harness.place(sessionId)
  const file = join(worktree, 'fix.txt')
  await eventually('the file is written', () => existsSync(file) && readFileSync(file, 'utf8') === content)
  return worktree
}

test.runIf(mayMount)(
  'what a full disk had left in a worktree could not be kept before the next start (as root)',
  async () => {
    using disk = new SmallDisk(32 * 1024 ** 2, join(harness.data, 'git'))
    client = await harness.orchestrator({ MOSAIC_DISK_RESERVE_MB: '0' })
    const sessionId = await spawn(write, shell('sleep 3600.9'), finish())
    const worktree = await written(sessionId)
    disk.fill()
    await client.post(`/agents/${sessionId}/kill`)
    const leftWork = { code: 'DISK_FULL', message: 'The disk is full.' }
    expect(await released(sessionId)).toMatchObject({ worktreeRemoved: false, leftWork })
    expect(await harness.types(sessionId)).toContain('AgentKilled')
    const stillFull = await client.post(`/agents/${sessionId}/push`)
    expect(stillFull).toMatchObject({ status: 200, body: { uncommitted: null, left: leftWork } })

    disk.free()
    const answer = await client.post(`/agents/${sessionId}/push`)
    expect(answer.body).toMatchObject({ uncommitted: { state: 'pushed', as: refOf(sessionId) }, left: null })
    expect(atOrigin(sessionId)).toBe(content)
    expect(existsSync(worktree)).toBe(false)
    expect((await harness.types(sessionId)).slice(-2)).toEqual(['UncommittedWorkKept', 'BranchPushed'])
    await client.close()
  },
)

test('a worktree with a repository of its own in it could not be pruned', async () => {
  client = await harness.orchestrator()
  const sessionId = await spawn(write, nest, finish())
  const worktree = await written(sessionId)
  const { leftWork } = await released(sessionId)
  expect(leftWork).toMatchObject({ code: 'NO_PART_OF_REPOSITORY', message: expect.stringContaining('nested/') })
  expect(atOrigin(sessionId)).toBe(content)

  const pushed = await client.post(`/agents/${sessionId}/push`)
  expect(pushed.body).toMatchObject({ uncommitted: { state: 'pushed' }, left: leftWork })
  const refused = await client.post(`/agents/${sessionId}/prune`, {})
  expect(refused).toMatchObject({ status: 409, body: { code: 'WORK_NOT_MERGED' } })
  expect(refused.body['detail']).toContain(`what is in ${worktree} alone`)
  expect(existsSync(join(worktree, 'nested/.git'))).toBe(true)

  expect(await client.post(`/agents/${sessionId}/prune`, { unmerged: true })).toMatchObject({ status: 202 })
  expect(existsSync(worktree)).toBe(false)
  expect((await harness.types(sessionId)).slice(-2)).toEqual(['WorktreeRevisited', 'WorkPruned'])
  await client.close()
})

test('a worktree that somebody has emptied by hand is told of no longer once it is gone', async () => {
  client = await harness.orchestrator()
  const sessionId = await spawn(nest, finish())
  const { worktree } = await harness.place(sessionId)
  expect(await released(sessionId)).toMatchObject({ worktreeRemoved: false })
  await client.close()
  execFileSync('rm', ['-rf', join(worktree, 'nested')])
  client = await harness.orchestrator()
  expect((await harness.reached(sessionId, 'WorktreeRevisited')).data).toEqual({ sessionId, leftWork: null })
  expect(existsSync(worktree)).toBe(false)
  await client.close()
})
