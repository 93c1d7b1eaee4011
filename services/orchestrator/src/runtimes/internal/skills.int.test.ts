import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { finish, scenario } from '../../../test/scenario.ts'
import { TestRepository } from '../../../test/user-repository.ts'

let harness: Harness
let client: Client
beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

test('an agent is told which skills its repository has, and reads one when it needs it', async () => {
  using repository = new TestRepository({
    '.claude/skills/release/SKILL.md':
      '---\nname: release\ndescription: Cuts a release.\n---\nBump the version first.\n',
  })
  const path = '.claude/skills/release/SKILL.md'
  const model = scenario([{ call: { tool: 'read_file', input: { path } } }, finish()])
  const sessionId = await client.spawn({ repository: repository.path, task: 'Release it.', model })
  const { data } = await harness.reached(sessionId, 'MessageRecorded', ({ role }) => role === 'system')
  expect(data.content).toMatchObject([{ text: expect.stringContaining(`- release (${path}): Cuts a release.\n`) }])
  const read = await harness.reached(sessionId, 'ToolCompleted', ({ name }) => name === 'read_file')
  expect(read.data).toMatchObject({ isError: false, output: expect.stringContaining('Bump the version first.') })
  await harness.reached(sessionId, 'AgentCompleted')
})

test('a spawn that names skills tells its agent of these alone, and is refused where the repository has none of that name', async () => {
  const skill = (name: string) => `---\nname: ${name}\ndescription: Does ${name}.\n---\n`
  using repository = new TestRepository({
    'skills/release/SKILL.md': skill('release'),
    'skills/review/SKILL.md': skill('review'),
  })
  const asked = { repository: repository.path, task: 'Review it.', model: scenario([finish()]) }
  const sessionId = await client.spawn({ ...asked, skills: ['review'] })
  const { data } = await harness.reached(sessionId, 'MessageRecorded', ({ role }) => role === 'system')
  const system = JSON.stringify(data.content)
  expect([system.includes('Does review.'), system.includes('Does release.')]).toEqual([true, false])
  const refused = await client.post('/agents/spawn', { ...asked, skills: ['review', 'deploy'] })
  expect([refused.status, refused.body['field'], refused.body['detail']]).toEqual([
    400,
    'skills',
    'the repository has no skill deploy; it has release, review',
  ])
})
