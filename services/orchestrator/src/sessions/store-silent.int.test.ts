import { StoreUnavailableError } from '@mosaic/event-store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Harness } from '../../test/harness.ts'
import { makeRepository } from '../../test/repository.ts'
import { finish, scenario, shell } from '../../test/scenario.ts'
import type { RuntimesOf } from '../orchestrator.ts'
import { builtInRuntimes } from '../runtimes/index.ts'

let harness: Harness
beforeAll(async () => void (harness = await Harness.start()))
afterAll(() => harness.close())

/** Every other time the event store does not answer. */
function everyOtherTime<Given extends unknown[], T>(work: (...given: Given) => Promise<T>) {
  let times = 0
  const asked = () => times
  return Object.assign(
    async (...given: Given) => {
      times += 1
      if (times % 2 === 1) throw new StoreUnavailableError('a read of the event store has stalled')
      return work(...given)
    },
    { asked },
  )
}

const commit = { call: { tool: 'commit', input: { message: 'feat: a' } } }
const write = shell('echo one > a.txt')

test('a session failed when the event store did not answer while it began, while its commit was looked at or an agent was spawned', async () => {
  const seen: { asked(): number }[] = []
  const runtimes: RuntimesOf = (parts) => {
    const settingsAt = everyOtherTime((...given: Parameters<typeof parts.repositories.settingsAt>) =>
      parts.repositories.settingsAt(...given),
    )
    const spawnChild = everyOtherTime(parts.spawnChild)
    seen.push(settingsAt, spawnChild)
    return builtInRuntimes({ ...parts, repositories: { ...parts.repositories, settingsAt }, spawnChild })
  }
  const client = await harness.orchestrator({}, runtimes)
  const model = scenario(
    {
      match: { task: 'Lead' },
      steps: [
        write,
        commit,
        { call: { tool: 'spawn_agent', input: { task: 'Help.', agent_type: 'worker' } } },
        { call: { tool: 'wait_for_agents' } },
        finish(),
      ],
    },
    { steps: [finish()] },
  )
  const sessionId = await client.spawn({ repository: makeRepository(), task: 'Lead.', model, sandbox: 'process' })
  await harness.reached(sessionId, 'AgentCompleted', undefined, 90_000)
  const types = await harness.types(sessionId)
  expect(types.filter((type) => type === 'CommitRecorded')).toHaveLength(1)
  expect(types).not.toContain('AgentFailed')
  expect(await harness.childrenOf(sessionId)).toHaveLength(1)
  expect(seen.every(({ asked }) => asked() >= 2)).toBe(true)
}, 150_000)
