import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { afterEach, expect, test } from 'vitest'
import { createClient, ProblemError, UnreachableError } from './index.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
})

/** A client of a server that answers as told, and what the server was asked. */
async function clientOf(answer: RequestListener, options: { timeoutMs?: number } = {}) {
  const asked: IncomingMessage[] = []
  server = createServer((request, response) => {
    asked.push(request)
    answer(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return { client: createClient({ url: `http://127.0.0.1:${port}/`, token: 'mosaic_x', ...options }), asked }
}

const sessionId = '0190d1c8-0000-7000-8000-000000000001'
const paused = JSON.stringify({ sessionId, status: 'running', revision: 4, position: '99' })
const pause = { params: { id: sessionId }, body: { reason: 'think' } }

test('a command whose connection breaks is sent again under the same key', async () => {
  const { client, asked } = await clientOf((request, response) => {
    if (asked.length === 1) request.socket.destroy()
    else response.end(paused)
  })
  expect(await client.call(gatewayRoutes.pause, pause)).toMatchObject({ revision: 4 })
  const keys = asked.map(({ headers }) => headers['idempotency-key'])
  expect(keys).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), keys[0]])
  expect(asked[1]?.headers.authorization).toBe('Bearer mosaic_x')
})

test('a refusal is thrown with its code and its fields', async () => {
  const refusal = { type: 'urn:x', title: 'No', status: 400, code: 'VALIDATION_FAILED', detail: 'bad', field: 'reason' }
  const { client } = await clientOf((_request, response) => response.writeHead(400).end(JSON.stringify(refusal)))
  const error = await client.call(gatewayRoutes.pause, pause).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ProblemError)
  expect(error).toMatchObject({ code: 'VALIDATION_FAILED', fields: { reason: 'bad' } })
})

test.each([
  ['is no JSON', '<html>'],
  ['is not in the contract', '{"sessionId":1}'],
])('an answer that %s is none', async (_what, text) => {
  const { client } = await clientOf((_request, response) => response.end(text))
  await expect(client.call(gatewayRoutes.pause, pause)).rejects.toThrow(UnreachableError)
})

test('an answer that takes too long is given up, and not asked for again', async () => {
  const { client, asked } = await clientOf(() => undefined, { timeoutMs: 50 })
  await expect(client.call(gatewayRoutes.pause, pause)).rejects.toThrow('does not answer in time')
  // Given up before it has arrived, on a busy machine.
  expect(asked.length).toBeLessThanOrEqual(1)
})
