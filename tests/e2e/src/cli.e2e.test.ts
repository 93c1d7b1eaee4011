import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sessionView, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes, verifyAnswer } from '@mosaic/contracts/http'
import { repositoryInspection } from '@mosaic/contracts/repository'
import { eventually } from '@mosaic/kit'
import { componentNames } from '@mosaic/local-tier'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Instance, startInstance } from './instance.ts'
import { readSessionStream, subscribeToEverything } from './outside-readers.ts'
import { agentBranches, commitFiles, createRepository, git } from './repositories.ts'

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
  // One that does not answer in time is not well just then: on a busy machine it is asked again.
  const components = await eventually('all to be healthy', async () => {
    const found = await instance.status()
    return Object.values(found).every(({ status }) => status === 'healthy') && found
  })
  expect(Object.keys(components).toSorted()).toEqual(componentNames.toSorted())
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

it('a change that breaks a test is rejected, repaired, approved and pushed, and show and messages say so', async () => {
  const repository = createRepository(instance.folder)
  commitFiles(repository, 'tests', {
    'package.json': JSON.stringify({ scripts: { test: 'node sum.test.js' } }),
    'sum.js': 'exports.sum = (a, b) => a + b\n',
    'sum.test.js': "require('node:assert').equal(require('./sum.js').sum(2, 2), 4)\n",
  })
  const write = (sign: string) => ({
    call: { tool: 'write_file', input: { path: 'sum.js', content: `exports.sum = (a, b) => a ${sign} b // done\n` } },
  })
  const commit = { call: { tool: 'commit', input: { message: 'feat: sum' } } }
  const finish = { call: { tool: 'finish', input: { summary: 'done', outcome: 'completed' } } }
  const scenario = join(instance.folder, 'gates.yaml')
  const agents = [{ name: 'one', steps: [write('-'), commit, write('+'), commit, finish] }]
  // JSON is YAML.
  writeFileSync(scenario, JSON.stringify({ name: 'gates', description: 'of a test', agents }))
  const session = await spawn(repository, scenario)
  expect(session).toMatchObject({
    status: 'completed',
    commits: 1,
    quality: { profile: 'standard', yolo: false },
    check: { approved: true, blocked: null },
  })
  expect(git(repository, 'show', `${session.branch}:sum.js`)).toContain('a + b // done')
  const shown = await instance.mosaic('agent', 'show', session.sessionId)
  expect(shown.stdout).toContain('approved: lint nothing to run, tests passed, agent-share passed')
  const messages = await instance.mosaic('agent', 'messages', session.sessionId)
  expect(messages.stdout).toContain('Quality gates rejected: lint nothing to run, tests failed')
  expect(messages.stdout).toContain('sum.test.js:1: ')
})

it('every read model equals one rebuilt from the log', async () => {
  for (const verb of ['freeze', 'unfreeze']) await instance.json('fleet', verb)
  for (const verb of ['pause', 'resume']) await instance.json('queue', verb)
  await instance.json('budget', 'set', '--usd', '50')
  const { items } = gatewayRoutes.projections.answer.parse(await instance.json('projections', 'list'))
  expect(items).not.toEqual([])
  for (const { name } of items) {
    const verified = verifyAnswer.parse(await instance.json('projections', 'verify', name))
    expect(verified).toMatchObject({ name, equal: true, firstDifference: null })
    // There was no mission here, and nothing has landed.
    if (!['missions', 'merge-queues'].includes(name)) expect(verified.rows).toBeGreaterThan(0)
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

it('what was approved for a repository is revoked: a spawn is refused, and inspect and audit say who did it', async () => {
  const repository = createRepository(instance.folder)
  commitFiles(repository, 'What agents need', { 'mosaic.yaml': 'network: none\n' })
  const never = await instance.mosaic('repo', 'revoke', repository)
  expect([never.code, never.stderr]).toEqual([
    4,
    expect.stringContaining(`nobody has approved settings of ${repository}`),
  ])

  await instance.json('repo', 'approve', repository, '--yes')
  expect((await spawn(repository, 'hello')).status).toBe('completed')
  expect((await instance.mosaic('repo', 'revoke', repository)).stdout).toBe('Revoked: a spawn asks again.\n')
  expect(await instance.json('repo', 'revoke', repository)).toMatchObject({ changed: false, running: [] })

  const refused = await instance.mosaic(
    'agent',
    'spawn',
    '--repo',
    repository,
    '--task',
    'x',
    '--model',
    'scripted:hello',
  )
  expect([refused.code, refused.stderr]).toEqual([4, expect.stringContaining('SETTINGS_NOT_APPROVED')])
  const { settings } = repositoryInspection.parse(await instance.json('repo', 'inspect', repository))
  expect(settings).toMatchObject({ approved: false, decided: { decision: 'revoked' } })
  const { items } = gatewayRoutes.audit.answer.parse(await instance.json('audit', 'list'))
  const who = settings?.decided?.by
  expect(items).toContainEqual(
    expect.objectContaining({ action: 'RepositorySettingsRevoked', operatorName: who, preview: repository }),
  )
})
