import { createHash } from 'node:crypto'
import { repositoryStream } from '@mosaic/contracts/repository'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'
import { TestRepository } from '../../../test/user-repository.ts'
import { repositoryIdOf } from '../../repositories/index.ts'

let harness: Harness
let client: Client
let repository: TestRepository
const text = 'environment:\n  GREETING: hello\n'
const hashOf = (settings: string) => createHash('sha256').update(settings).digest('hex')

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
})
afterAll(() => harness.close())
beforeEach(() => {
  repository = new TestRepository({ 'mosaic.yaml': text })
  return () => repository[Symbol.dispose]()
})

const ada = { 'x-mosaic-operator-id': 'ada', 'x-mosaic-operator-name': 'Ada' }
const spawn = (model = 'scripted:hello') =>
  client.post('/agents/spawn', { repository: repository.path, task: 'Say hello.', model })
const approve = (body: Record<string, unknown> = {}) =>
  client.post('/repositories/approve', { repository: repository.path, hash: hashOf(text), ...body }, ada)
const revoke = (address = repository.path) => client.post('/repositories/revoke', { repository: address }, ada)
const settings = async () => {
  const query = new URLSearchParams({ repository: repository.path })
  return (await client.get(`/repositories/inspection?${query}`)).body['settings']
}
/** What operators have decided so far. */
const decisions = () =>
  harness.typesOf(repositoryStream.of(repositoryIdOf({ workspaceId: 'default', repository: repository.path })))

test('settings that nobody has approved refuse a spawn, with the hash, what they permit and what to do', async () => {
  const { status, body } = await spawn()
  expect([status, body['code'], body['field']]).toEqual([409, 'SETTINGS_NOT_APPROVED', 'repository'])
  expect(body['detail']).toContain(hashOf(text).slice(0, 12))
  expect(body['detail']).toContain(`mosaic repo approve ${repository.path}`)
  expect(body['details']).toMatchObject({
    hash: hashOf(text),
    source: 'repository',
    permits: ['let agents reach nobody', 'set GREETING'],
  })
})

test('approved once, they hold until they change', async () => {
  expect(await approve()).toMatchObject({ status: 202, body: { changed: true } })
  expect(await approve()).toMatchObject({ status: 202, body: { changed: false } })
  expect(await decisions()).toEqual(['RepositorySettingsApproved'])
  expect((await spawn()).status).toBe(202)
  repository.commit('more', { 'mosaic.yaml': `${text}network:\n  hosts: [example.com]\n` })
  expect((await spawn()).body['code']).toBe('SETTINGS_NOT_APPROVED')
  repository.commit('as before', { 'mosaic.yaml': text })
  expect((await spawn()).status).toBe(202)
})

test('what was not shown is not approved', async () => {
  repository.commit('changed meanwhile', { 'mosaic.yaml': `${text}# more\n` })
  expect((await approve()).body['code']).toBe('SETTINGS_CHANGED')
  expect(await decisions()).toEqual([])
})

test('an operator’s own settings go before the file, whatever that says', async () => {
  const own = 'network: none\n'
  expect((await approve({ text: own, hash: hashOf(own) })).status).toBe(202)
  repository.commit('broken', { 'mosaic.yaml': 'nonsense: true\n' })
  expect((await spawn()).status).toBe(202)
})

test('settings that cannot be read refuse a spawn and an approval, with line and field', async () => {
  const broken = 'setup:\n  - rum: x\n'
  repository.commit('broken', { 'mosaic.yaml': broken })
  const { status, body } = await spawn()
  expect([status, body['code']]).toEqual([422, 'SETTINGS_INVALID'])
  expect(body['detail']).toContain('line 2: setup.0.rum: there is no such setting')
  expect((await approve({ hash: hashOf(broken) })).body['code']).toBe('SETTINGS_INVALID')
})

test('a repository without settings is worked on as ever, and has none to approve', async () => {
  using plain = new TestRepository()
  const answer = await client.post('/agents/spawn', { repository: plain.path, task: 'x', model: 'scripted:hello' })
  expect(answer.status).toBe(202)
  const { body } = await client.post('/repositories/approve', { repository: plain.path, hash: hashOf('') })
  expect(body['code']).toBe('SETTINGS_NOT_FOUND')
})

test('what was approved is taken back: a spawn asks again, until somebody approves again', async () => {
  await approve()
  expect(await settings()).toMatchObject({ approved: true, decided: { decision: 'approved', by: 'Ada' } })
  expect(await revoke()).toMatchObject({ status: 202, body: { changed: true, running: [] } })
  expect(await revoke()).toMatchObject({ status: 202, body: { changed: false } })
  expect(await settings()).toMatchObject({ approved: false, decided: { decision: 'revoked', by: 'Ada' } })
  expect((await spawn()).body).toMatchObject({ code: 'SETTINGS_NOT_APPROVED', details: { hash: hashOf(text) } })
  expect(await approve()).toMatchObject({ status: 202, body: { changed: true } })
  expect((await spawn()).status).toBe(202)
  expect(await decisions()).toEqual([
    'RepositorySettingsApproved',
    'RepositorySettingsRevoked',
    'RepositorySettingsApproved',
  ])
})

test('an operator’s own settings are taken back as well, and the file asks for itself', async () => {
  const own = 'network: none\n'
  await approve({ text: own, hash: hashOf(own) })
  await revoke()
  expect(await settings()).toMatchObject({ source: 'repository', approved: false, text })
})

test('of a repository for which nothing was ever approved nothing is taken back', async () => {
  for (const address of [repository.path, '/nowhere', 'https://example.org/nobody.git']) {
    const { status, body } = await revoke(address)
    expect([status, body['code'], body['field']]).toEqual([422, 'SETTINGS_NOT_FOUND', 'repository'])
    expect(body['detail']).toContain(address)
  }
})

test('an agent that has started goes on with what was approved then, also under another orchestrator', async () => {
  await approve()
  const sessionId = String((await spawn('scripted:ask')).body['sessionId'])
  await harness.reached(sessionId, 'AgentWaitingForOperator')
  expect(await revoke()).toMatchObject({ body: { changed: true } })
  await eventually(
    'it is told that the agent goes on',
    async () => String((await revoke()).body['running']) === sessionId,
  )
  await client.close()
  client = await harness.orchestrator()
  await client.post(`/agents/${sessionId}/inject`, { text: 'yes' })
  await harness.reached(sessionId, 'AgentCompleted')
})
