import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { credentialsStream } from '@mosaic/contracts/credential'
import { CodeHostServer, serviceToken } from '@mosaic/kit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, Harness } from '../../../test/harness.ts'

let harness: Harness
let client: Client
let server: CodeHostServer

beforeAll(async () => {
  harness = await Harness.start()
  client = await harness.orchestrator()
  server = await CodeHostServer.start('gitea')
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await harness.close()
})

const path = '/api/code-hosts'
const host = () => new URL(server.url).host
const add = (body: object = {}) =>
  client.post(path, { name: 'home', kind: 'gitea', baseUrl: server.url, token: server.token, ...body })

test('a code host is added, asked whose its token is, listed and removed, without a restart', async () => {
  const view = {
    name: 'home',
    kind: 'gitea',
    apiUrl: `${server.url}/api/v1`,
    host: host(),
    maskedToken: `…${server.token.slice(-4)}`,
    problem: null,
  }
  expect(await add()).toEqual({ status: 200, body: view })
  expect((await client.get(path)).body).toEqual({ items: [view] })
  expect((await client.post(`${path}/home/test`)).body).toMatchObject({ name: 'home', user: 'robot' })
  const removed = await fetch(`${client.url}${path}/home`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${serviceToken}` },
  })
  expect(removed.status).toBe(204)
  expect(await client.post(`${path}/home/test`)).toMatchObject({ status: 404, body: { code: 'CODE_HOST_NOT_FOUND' } })
})

test('a token is in no event, no answer and readable in no file', async () => {
  await add()
  const refused = ['refused', 'token', 'of', 'no', 'known', 'shape', '42'].join('-')
  await add({ name: 'other', token: refused })
  const answers = [
    await client.get(path),
    await client.post(`${path}/other/test`),
    await client.post('/fleet/freeze', { reason: `somebody pasted ${server.token}` }),
  ]
  await client.post('/fleet/unfreeze')
  expect(answers[1]).toMatchObject({
    status: 409,
    body: { code: 'CODE_HOST_REFUSED', detail: expect.stringContaining('other answered 401: ') },
  })
  const log: string[] = []
  const stored: unknown[] = []
  for await (const item of harness.store.readAll({ direction: 'forwards' })) log.push(JSON.stringify(item))
  for await (const item of harness.store.readStream(credentialsStream.of('local')))
    if (item.kind === 'event') stored.push([item.event.type, item.event.data])
  const envelope = readFileSync(join(harness.data, 'credentials.json'), 'utf8')
  for (const secret of [server.token, refused])
    expect([...answers.map((answer) => JSON.stringify(answer)), ...log, envelope].join('\n')).not.toContain(secret)
  expect(log.join('\n')).toContain('somebody pasted [redacted')
  expect(stored.at(-1)).toEqual([
    'CredentialStored',
    { kind: 'code-host', name: 'other', host: host(), hasSecret: true, replaced: false },
  ])
})

test.each([
  ['a Gitea without an address', { baseUrl: undefined }, 'baseUrl'],
  ['a password in the address', { baseUrl: 'https://u:p@example.invalid/' }, 'baseUrl'],
  ['an address that is none of HTTP', { baseUrl: 'file:///etc/passwd' }, 'baseUrl'],
  ['a kind that does not exist', { kind: 'svn' }, 'kind'],
  ['a token with a line break in it', { token: 'a\r\nx-other: b' }, 'token'],
])('%s is refused', async (_, body, field) => {
  expect(await add(body)).toMatchObject({ status: 400, body: { code: 'VALIDATION_FAILED', field } })
})
