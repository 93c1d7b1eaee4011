import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario } from '../../test/scenario.ts'
import { type ToolName, toolsFor } from './index.ts'

let harness: Harness
let client: Client

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())

/** A call of every tool that there is for whoever does not review, in the order in which they are made. A new tool does not compile without. */
const calls: Readonly<Record<Exclude<ToolName, 'submit_review'>, object>> = {
  write_file: { path: 'notes/one.txt', content: 'one\n' },
  read_file: { path: 'notes/one.txt' },
  edit_file: { path: 'notes/one.txt', old_text: 'one', new_text: 'two' },
  list_files: { path: 'notes' },
  search: { pattern: '^two$' },
  shell: { command: 'cat notes/one.txt' },
  commit: { message: 'feat: two' },
  merge_branch: { branch: 'main' },
  spawn_agent: { task: 'Finish at once.', agent_type: 'worker' },
  wait_for_agents: {},
  ask_operator: { question: 'Done?', default_answer: 'yes', timeout_seconds: 1 },
  finish: { summary: 'all done', outcome: 'completed' },
}

test('an agent has the use of every tool', async () => {
  const names = Object.keys(calls)
  expect(names.toSorted()).toEqual(
    toolsFor({ reviews: null })
      .map(({ name }) => name)
      .toSorted(),
  )
  const steps = Object.entries(calls).map(([tool, input]) => ({ call: { tool, input } }))
  const model = scenario({ match: { agentType: 'lead' }, steps }, [finish()])
  const sessionId = await client.spawn({
    repository: makeRepository(),
    task: 'Use everything.',
    agentType: 'lead',
    model,
  })
  expect((await harness.reached(sessionId, 'AgentCompleted')).data).toMatchObject({ summary: 'all done' })

  const results = (await harness.events(sessionId)).flatMap((event) =>
    event.type === 'ToolCompleted' ? [event.data] : [],
  )
  expect(results.map(({ name, isError }) => [name, isError])).toEqual(names.map((name) => [name, false]))
  expect(results.find(({ name }) => name === 'shell')?.output).toBe('two')
  expect((await harness.reached(sessionId, 'CommitRecorded')).data.message).toBe('feat: two')
})
