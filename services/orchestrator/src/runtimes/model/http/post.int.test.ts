import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { LoopbackServer } from '../../../../test/loopback-server.ts'
import { post } from './post.ts'

const usual = getGlobalDispatcher()
beforeAll(() => setGlobalDispatcher(new Agent({ headersTimeout: 100, bodyTimeout: 100 })))
afterAll(() => setGlobalDispatcher(usual))

test('a model that thinks for longer than fetch waits was taken for a server that is not there', async () => {
  await using server = await LoopbackServer.http(async ({ url }, response) => {
    if (url === '/silent') return
    if (url === '/half') return response.writeHead(200).flushHeaders()
    await givenUp('/silent')
    response.writeHead(200).flushHeaders()
    await givenUp('/half')
    response.end('at last')
  })
  /** Who asks as fetch does by itself, and later than the question was asked, has waited for too long. */
  const givenUp = (path: string) =>
    fetch(`http://127.0.0.1:${server.port}${path}`)
      .then((response) => response.text())
      .then(
        () => Promise.reject(new Error('fetch has waited')),
        () => undefined,
      )
  const question = { path: '/v1/messages', body: { model: 'slow' } }
  const response = await post(
    { address: `http://127.0.0.1:${server.port}`, prefix: '', headers: {} },
    question,
    AbortSignal.timeout(20_000),
  )
  expect(await response.text()).toBe('at last')
})
