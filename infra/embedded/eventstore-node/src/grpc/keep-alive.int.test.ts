import { once } from 'node:events'
import { type ServerHttp2Session, connect, createServer } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { KEEPALIVE_MS, keepAlive } from './keep-alive.ts'

test('a connection that is destroyed but not yet closed is not pinged', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const server = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await once(server, 'listening')
  const client = connect(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const [session] = (await once(server, 'session')) as [ServerHttp2Session]
  const closed = Promise.all([once(session, 'close'), once(client, 'close')])
  keepAlive(session)
  session.destroy()
  expect(() => vi.advanceTimersByTime(KEEPALIVE_MS)).not.toThrow()
  await closed
})
