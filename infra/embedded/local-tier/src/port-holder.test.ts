import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { portHolder } from './port-holder.ts'

test('who has a port is named by process, and nobody where it is free', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  expect(portHolder(port)).toMatch(new RegExp(`^process ${process.pid}\\b.*node`))
  server.close()
  await once(server, 'close')
  expect(portHolder(port)).toBeUndefined()
})
