import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { makeRepository } from '../../../test/repository.ts'
import { finish, scenario, type Step } from '../../../test/scenario.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

const write = (content: string): Step => ({ call: { tool: 'write_file', input: { path: 'fix.txt', content } } })
const commit: Step = { call: { tool: 'commit', input: { message: 'fix: it' } } }

/** An agent that has ended, and what it had not committed. */
async function ended(steps: readonly Step[], repository = makeRepository()) {
  const model = scenario([...steps, finish('fixed')])
  const sessionId = await client.spawn({ repository, task: 'Fix it.', model })
  await harness.reached(sessionId, 'AgentResourcesReleased')
  const { branch } = await harness.place(sessionId)
  const git = (...args: string[]) => execFileSync('git', ['-C', repository, ...args], { encoding: 'utf8' }).trimEnd()
  return { sessionId, branch, repository, git, wip: `refs/mosaic/wip/${sessionId}` }
}

test('what an agent had not committed becomes a commit of its branch, by who wanted it', async () => {
  const { sessionId, branch, git, wip } = await ended([write('one\n'), commit, write('one\ntwo\n')])
  const answer = await client.post(`/agents/${sessionId}/keep`, { message: 'fix: the rest' })
  expect(answer).toMatchObject({ status: 202, body: { branch, files: 1, insertions: 1, push: { state: 'pushed' } } })
  expect(git('log', '--format=%s', '-2', branch)).toBe('fix: the rest\nfix: it')
  expect(git('log', '--format=%(trailers:key=Mosaic-Session,valueonly)', '-1', branch).trim()).toBe(sessionId)
  expect(git('show', `${branch}:fix.txt`)).toBe('one\ntwo')
  expect(git('for-each-ref', wip)).toBe('')
  const again = await client.post(`/agents/${sessionId}/keep`)
  expect(again).toMatchObject({ status: 409, body: { code: 'NOTHING_KEPT' } })
  expect((await harness.types(sessionId)).filter((type) => type === 'KeptWorkCommitted')).toHaveLength(1)
})

test('a secret in it is refused as in every commit, and can be allowed by a person', async () => {
  const secret = ['ghp', 'a'.repeat(36)].join('_')
  const { sessionId, branch, git } = await ended([write(`${secret}\n`)])
  const refused = await client.post(`/agents/${sessionId}/keep`)
  expect(refused).toMatchObject({ status: 409, body: { code: 'SECRET_FOUND' } })
  expect(JSON.stringify(refused.body)).not.toContain(secret)
  const [, file, fingerprint] = /work allow AGENT '(.+?)' ([0-9a-f]{12})/.exec(String(refused.body['detail'])) ?? []
  await client.post(`/agents/${sessionId}/allow-secret`, { file, fingerprint })
  expect((await client.post(`/agents/${sessionId}/keep`)).status).toBe(202)
  expect(git('show', `${branch}:fix.txt`)).toBe(secret)
})

test('where a person has changed the branch in the same place nothing is changed, and the files are named', async () => {
  const { sessionId, branch, repository, git, wip } = await ended([write('one\n'), commit, write('two\n')])
  git('checkout', '--quiet', branch)
  writeFileSync(join(repository, 'fix.txt'), 'mine\n')
  git('commit', '--quiet', '-am', 'mine')
  const refused = await client.post(`/agents/${sessionId}/keep`)
  expect(refused).toMatchObject({ status: 409, body: { code: 'MERGE_CONFLICT', details: { files: ['fix.txt'] } } })
  expect(git('log', '--format=%s', '-1', branch)).toBe('mine')
  expect(git('for-each-ref', '--format=%(refname)', wip)).toBe(wip)
})

test('what is given up is gone, and the branch stays', async () => {
  const { sessionId, branch, git, wip } = await ended([write('one\n'), commit, write('two\n')])
  const answer = await client.post(`/agents/${sessionId}/discard`)
  expect(answer).toMatchObject({ status: 202, body: { refs: [wip] } })
  expect([git('for-each-ref', wip), git('show', `${branch}:fix.txt`)]).toEqual(['', 'one'])
  expect(await client.post(`/agents/${sessionId}/discard`)).toMatchObject({ body: { code: 'NOTHING_KEPT' } })
  expect((await harness.types(sessionId)).at(-1)).toBe('KeptWorkDiscarded')
})
