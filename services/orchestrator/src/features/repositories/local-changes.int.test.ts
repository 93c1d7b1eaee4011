import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { finish, scenario, shell } from '../../../test/scenario.ts'
import { TestRepository, writeFiles } from '../../../test/user-repository.ts'

let harness: Harness
let client: Client
let repository: TestRepository

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())
beforeEach(() => {
  repository = new TestRepository({ 'a.txt': 'committed\n' })
  writeFiles(repository.path, { 'a.txt': 'changed\n', 'b.txt': 'new\n' })
  return () => repository[Symbol.dispose]()
})

const spawn = (more: object = {}) => {
  const model = scenario([shell('cat a.txt; ls'), finish()])
  return client.post('/agents/spawn', { repository: repository.path, task: 'x', model, ...more })
}
const seenBy = async (sessionId: unknown) => (await harness.reached(String(sessionId), 'ToolCompleted')).data.output

test('what is not committed is said at a spawn, and left where it is', async () => {
  const { status, body } = await spawn()
  expect([status, body['changes']]).toEqual([
    202,
    { branch: 'main', files: 2, insertions: 2, deletions: 1, taken: false },
  ])
  expect(await seenBy(body['sessionId'])).toBe('committed\na.txt')
})

test('on request the agent starts from it, and its branch has it as a commit of its own', async () => {
  const { body } = await spawn({ withChanges: true })
  expect(body['changes']).toMatchObject({ files: 2, taken: true })
  expect(await seenBy(body['sessionId'])).toBe('changed\na.txt\nb.txt')
  const { baseCommit } = await harness.place(String(body['sessionId']))
  expect(baseCommit).not.toBe(repository.git('rev-parse', 'HEAD'))
  expect(repository.git('status', '--porcelain')).toBe('M a.txt\n?? b.txt')
})

test('changes of another branch than the one that the agent starts from are not taken along', async () => {
  repository.git('branch', 'other')
  const { status, body } = await spawn({ withChanges: true, branch: 'other' })
  expect([status, body['code'], body['field']]).toEqual([422, 'CHANGES_NOT_TAKEN', 'withChanges'])
  expect(body['detail']).toContain('main checked out')
})

test('where nothing is changed, nothing is said', async () => {
  repository.commit('all', {})
  const { body } = await spawn({ withChanges: true })
  expect(body['changes']).toBeNull()
})
