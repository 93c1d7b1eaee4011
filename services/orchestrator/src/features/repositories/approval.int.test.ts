import { createHash } from 'node:crypto'
import { repositoryStream } from '@mosaic/contracts/repository'
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

const spawn = () =>
  client.post('/agents/spawn', { repository: repository.path, task: 'Say hello.', model: 'scripted:hello' })
const approve = (body: Record<string, unknown> = {}) =>
  client.post('/repositories/approve', { repository: repository.path, hash: hashOf(text), ...body })
const approvals = () =>
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
  expect(await approvals()).toEqual(['RepositorySettingsApproved'])
  expect((await spawn()).status).toBe(202)
  repository.commit('more', { 'mosaic.yaml': `${text}network:\n  hosts: [example.com]\n` })
  expect((await spawn()).body['code']).toBe('SETTINGS_NOT_APPROVED')
  repository.commit('as before', { 'mosaic.yaml': text })
  expect((await spawn()).status).toBe(202)
})

test('what was not shown is not approved', async () => {
  repository.commit('changed meanwhile', { 'mosaic.yaml': `${text}# more\n` })
  expect((await approve()).body['code']).toBe('SETTINGS_CHANGED')
  expect(await approvals()).toEqual([])
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
