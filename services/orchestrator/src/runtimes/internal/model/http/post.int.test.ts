import { setTimeout as delay } from 'node:timers/promises'
import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LoopbackServer } from '../../../../../test/loopback-server.ts'
import { post } from './post.ts'

const usual = getGlobalDispatcher()
beforeAll(() => setGlobalDispatcher(new Agent({ headersTimeout: 100, bodyTimeout: 100 })))
afterAll(() => setGlobalDispatcher(usual))

test('a model that thinks for longer than fetch waits was taken for a server that is not there', async () => {
  await using server = await LoopbackServer.http(async (_, response) => {
    await delay(400)
    response.writeHead(200).flushHeaders()
    await delay(400)
    response.end('at last')
  })
  const question = { path: '/v1/messages', body: { model: 'slow' } }
  const response = await post(
    { address: `http://127.0.0.1:${server.port}`, prefix: '', headers: {} },
    question,
    AbortSignal.timeout(20_000),
  )
  expect(await response.text()).toBe('at last')
})
