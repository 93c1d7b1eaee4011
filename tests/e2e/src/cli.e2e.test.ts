import { sessionView, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes, verifyAnswer } from '@mosaic/contracts/http'
import { eventually } from '@mosaic/kit'
import { componentNames } from '@mosaic/local-tier'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Instance, startInstance } from './instance.ts'
import { readSessionStream, subscribeToEverything } from './outside-readers.ts'
import { agentBranches, createRepository, git } from './repositories.ts'

let instance: Instance

beforeAll(async () => {
  instance = await startInstance({ demo: false, speed: 50 })
})
afterAll(() => instance?.close())

const spawn = async (repository: string, scenario: string): Promise<SessionView> => {
  const model = `scripted:${scenario}`
  const task = 'Leave a note about what this repository is.'
  return sessionView.parse(
    await instance.json(
      'agent',
      'spawn',
      '--repo',
      repository,
      '--branch',
      'main',
      '--task',
      task,
      '--model',
      model,
      '--wait',
    ),
  )
}

it('names every component healthy', async () => {
  const components = await instance.status()
  expect(Object.keys(components).toSorted()).toEqual(componentNames.toSorted())
  expect(new Set(Object.values(components).map(({ status }) => status))).toEqual(new Set(['healthy']))
})

it('an agent works on a repository, and log, fan-out and read models tell the same story', async () => {
  const repository = createRepository(instance.folder)
  const subscriber = await subscribeToEverything(instance.run.nats)
  const session = await spawn(repository, 'commit-file')
  expect(session).toMatchObject({ status: 'completed', commits: 1, failure: null })

  const [branch] = agentBranches(repository)
  expect(branch).toEqual({ branch: session.branch, commits: 1 })
  expect(git(repository, 'log', '-1', '--format=%B', session.branch ?? '')).toContain(session.sessionId)

  const logged = await eventually('the session to be over', async () => {
    const events = await readSessionStream(instance.run.eventstore, session.sessionId)
    return events.at(-1)?.type === 'AgentResourcesReleased' && events
  })
  const published = () =>
    subscriber.seen.filter(({ subject }) => subject.includes(session.sessionId)).map(({ id, type }) => ({ id, type }))
  await eventually('the subscriber to have them all', () => published().length >= logged.length)
  expect(published()).toEqual(logged)
  await subscriber.close()
})

it('every read model equals one rebuilt from the log', async () => {
  for (const verb of ['freeze', 'unfreeze']) await instance.json('fleet', verb)
  const { items } = gatewayRoutes.projections.answer.parse(await instance.json('projections', 'list'))
  expect(items).not.toEqual([])
  for (const { name } of items) {
    const verified = verifyAnswer.parse(await instance.json('projections', 'verify', name))
    expect(verified).toMatchObject({ name, equal: true, firstDifference: null })
    expect(verified.rows).toBeGreaterThan(0)
  }
})

it('refuses what cannot be: exit code 4, the field named, nothing appended', async () => {
  const before = await instance.json('agent', 'list')
  const refused = await instance.mosaic(
    'agent',
    'spawn',
    '--repo',
    '/nowhere/at/all',
    '--branch',
    'main',
    '--task',
    'x',
    '--model',
    'scripted:hello',
  )
  expect(refused.code).toBe(4)
  expect(refused.stderr).toMatch(/REPOSITORY_NOT_FOUND.*repository|repository.*REPOSITORY_NOT_FOUND/s)
  expect(await instance.json('agent', 'list')).toEqual(before)
})
