import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { agentProvidersStream } from '@mosaic/contracts/agent-provider'
import { actorHeaders } from '@mosaic/contracts/http'
import { eventually, serviceToken } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answer, type Client, Harness } from '../../../test/harness.ts'
import { OpenclawGateway } from '../../../test/openclaw-gateway.ts'

let harness: Harness
let client: Client
let gateway: OpenclawGateway
const website = createServer((_, response) => void response.writeHead(404).end())

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator({ MOSAIC_PROVIDER_NETWORKS: '127.0.0.0/8' })
  gateway = await OpenclawGateway.start()
  website.listen(0, '127.0.0.1')
  await once(website, 'listening')
})
afterAll(async () => {
  website.close()
  await gateway.stop()
  await harness.close()
})

const path = '/api/agent-providers'
/** Asked again under the same key while the orchestrator says that it cannot just now, as a busy machine has it. */
const settled = (what: string, ask: () => Promise<Answer>) =>
  eventually(what, async () => {
    const answer = await ask()
    return answer.status !== 503 && answer
  })
const add = (name: string, more: object = {}) => {
  const headers = { [actorHeaders.idempotencyKey]: randomUUID() }
  const body = { name, kind: 'openclaw', address: gateway.url, token: gateway.manners.token, ...more }
  return settled('an answer to an addition', () => client.post(path, body, headers))
}
async function send(method: 'PATCH' | 'DELETE', id: unknown, body?: object) {
  const headers = { authorization: `Bearer ${serviceToken}`, ...(body && { 'content-type': 'application/json' }) }
  const init = { method, headers, ...(body && { body: JSON.stringify(body) }) }
  const response = await fetch(`${client.url}${path}/${id}`, init)
  const text = await response.text()
  return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> }
}
const added = async (name: string, more: object = {}) => (await add(name, more)).body['providerId']
const listed = async (name: string) => {
  const { items } = (await settled('a list', () => client.get(path))).body as { items: Record<string, unknown>[] }
  return items.find((one) => one['name'] === name)
}
const facts = async () => {
  const types: string[] = []
  for await (const item of harness.store.readStream(agentProvidersStream.of('default')))
    if (item.kind === 'event') types.push(item.event.type)
  return types
}

test('a provider is added, asked, seen to be active, changed, switched off and removed, without a restart', async () => {
  const { status, body } = await add('house')
  expect(status).toBe(201)
  expect(body).toMatchObject({
    name: 'house',
    kind: 'openclaw',
    address: gateway.url,
    isActive: true,
    // Too short a one for its end to be shown.
    maskedToken: '…',
    capabilities: { pause: 'none', bargeIn: 'at-once', killProof: 'reported' },
    problem: null,
  })
  const id = body['providerId']
  expect(await client.post(`${path}/${id}/test`)).toMatchObject({ status: 200, body: { name: 'house', protocol: '4' } })
  const active = await eventually('contact', async () => {
    const view = await listed('house')
    return view?.['state'] === 'active' && view['protocol'] !== null && view
  })
  expect(active).toMatchObject({ unreachable: null, protocol: '4', lastContactAt: expect.any(String) })
  expect(await send('PATCH', id, { name: 'home', isActive: false })).toMatchObject({
    status: 200,
    body: { name: 'home', state: 'off', isActive: false },
  })
  expect((await send('DELETE', id)).status).toBe(204)
  expect(await listed('home')).toBeUndefined()
  expect(await facts()).toEqual([
    'AgentProviderAdded',
    'AgentProviderReached',
    'AgentProviderChanged',
    'AgentProviderDeactivated',
    'AgentProviderRemoved',
  ])
})

test('of two that are added under one name at once one is there', async () => {
  const answers = await Promise.all([add('twice'), add('twice')])
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 409])
  expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
    code: 'AGENT_PROVIDER_NAME_TAKEN',
    field: 'name',
  })
  await send('DELETE', (await listed('twice'))?.['providerId'])
})

const whole = { name: 'one', kind: 'openclaw', address: 'https://gateway.example/' }
test.each([
  ['no name', { ...whole, name: undefined }, 400, 'name'],
  ['a name that is none', { ...whole, name: 'One Two' }, 400, 'name'],
  ['a kind that there is not', { ...whole, kind: 'telepathy' }, 400, 'kind'],
  ['another scheme', { ...whole, address: 'file:///etc/passwd' }, 400, 'address'],
  ['no address', { ...whole, address: 'gateway' }, 400, 'address'],
  ['a password in the address', { ...whole, address: 'https://me:secret@gateway.example/' }, 400, 'address'],
  ['a token with a line end', { ...whole, token: 'a\r\nb' }, 400, 'token'],
  ['a cloud’s metadata', { ...whole, address: 'http://169.254.169.254/' }, 422, 'address'],
  ['the same in decimal', { ...whole, address: 'http://2852039166/' }, 422, 'address'],
  ['a private network that nobody allowed', { ...whole, address: 'ws://10.0.0.1/' }, 422, 'address'],
  ['a field that there is not', { ...whole, secret: 'x' }, 400, undefined],
])('%s is refused by field', async (_, body, status, field) => {
  const answer = await client.post(path, body)
  expect([answer.status, answer.body['code']]).toEqual([
    status,
    status === 422 ? 'AGENT_PROVIDER_ADDRESS_REFUSED' : 'VALIDATION_FAILED',
  ])
  if (field) expect(answer.body['field']).toBe(field)
  if (status === 422) expect(answer.body['detail']).toContain('MOSAIC_PROVIDER_NETWORKS')
})

test('what is not there is not found, and a change of nothing is none', async () => {
  const nobody = '01890000-0000-7000-8000-000000000001'
  for (const answer of [
    await send('PATCH', nobody, { name: 'x' }),
    await send('DELETE', nobody),
    await client.post(`${path}/${nobody}/test`),
  ]) {
    expect(answer).toMatchObject({ status: 404, body: { code: 'AGENT_PROVIDER_NOT_FOUND', field: 'id' } })
  }
  expect(await send('PATCH', nobody, {})).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED' } })
})

test('a token does not go to another host than it was given for', async () => {
  const id = await added('strict')
  const elsewhere = 'ws://127.0.0.2:1/'
  expect(await send('PATCH', id, { address: elsewhere })).toMatchObject({
    status: 400,
    body: { code: 'VALIDATION_FAILED', field: 'token' },
  })
  expect(await send('PATCH', id, { address: `${gateway.url}/path` })).toMatchObject({ status: 200 })
  expect(await send('PATCH', id, { address: elsewhere, token: null })).toMatchObject({
    status: 200,
    body: { maskedToken: null, address: elsewhere },
  })
  await send('DELETE', id)
})

test.each([
  ['the token is wrong', { token: 'not-the-token-of-it' }, 'UNAUTHORIZED'],
  ['nothing listens there', { address: 'ws://127.0.0.1:1/' }, 'CONNECTION_REFUSED'],
  ['it speaks no TLS', { address: () => gateway.url.replace('ws:', 'wss:') }, 'TLS_FAILED'],
  [
    'it is no gateway',
    { address: () => `http://127.0.0.1:${(website.address() as AddressInfo).port}/` },
    'NOT_A_GATEWAY',
  ],
  ['there is no such name', { address: 'wss://nothing.invalid/' }, 'NAME_NOT_FOUND'],
])('a test says that %s', async (_, more, reason) => {
  const { address } = more as { address?: string | (() => string) }
  const id = await added('tried', { ...more, ...(typeof address === 'function' && { address: address() }) })
  const answer = await client.post(`${path}/${id}/test`)
  expect(answer).toMatchObject({
    status: 422,
    body: { code: 'AGENT_PROVIDER_TEST_FAILED', details: { reason }, detail: expect.stringContaining('tried: ') },
  })
  await send('DELETE', id)
})

test('a token is in no event and readable in no file, opens for its own provider alone, and after a rotation', async () => {
  const token = ['a', 'token', 'of', 'no', 'known', 'shape', '4242'].join('-')
  const id = await added('planted', { token })
  await client.post('/fleet/freeze', { reason: `somebody pasted ${token}` })
  await client.post('/fleet/unfreeze')
  expect(await client.post('/api/credentials/rotate')).toMatchObject({ status: 200 })
  expect(await listed('planted')).toMatchObject({ maskedToken: '…4242', problem: null })
  await send('PATCH', id, { token: gateway.manners.token })
  expect((await client.post(`${path}/${id}/test`)).status).toBe(200)
  const log: string[] = []
  for await (const item of harness.store.readAll({ direction: 'forwards' })) log.push(JSON.stringify(item))
  expect(log.join('\n')).not.toContain(token)
  const file = join(harness.data, 'credentials.json')
  expect(readFileSync(file, 'utf8')).not.toContain(token)
  expect(readFileSync(file, 'utf8')).toContain(`default/${id}`)
})
