import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually } from '@mosaic/kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Connections } from '../../egress/index.ts'
import { candidates, TestSandbox } from '../../../test/sandboxes.ts'

const server = createServer((request, response) => response.end(`reached ${request.url}`))
let port = 0
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => void server.close())

const open = async (provider: Parameters<typeof TestSandbox.start>[0], hosts: string[]) => {
  const told: Connections[] = []
  const test = await TestSandbox.start(provider, {
    network: { kind: 'hosts', hosts },
    onConnections: async (connections) => void told.push(connections),
  })
  return { test, told }
}

for (const { provider, works, title } of await candidates()) {
  if (provider.kind === 'process') continue
  describe.runIf(works)(`${title} with hosts`, () => {
    it('a server of this machine that is named with its port is there inside, with and without the proxy', async () => {
      const { test, told } = await open(provider, [`127.0.0.1:${port}`])
      await using _ = test
      const direct = await test.run(`curl -sS http://127.0.0.1:${port}/direct`)
      expect(direct.stdout).toBe('reached /direct')
      const proxied = await test.run(`curl -sS --noproxy '' http://127.0.0.1:${port}/proxied`)
      expect(proxied.stdout).toBe('reached /proxied')
      await eventually('it is told', () => told.some(({ outcome }) => outcome === 'allowed'))
      const refused = await test.run('curl -sS http://example.org/')
      expect(refused.stdout).toContain('example.org is not among the hosts')
    })
  })
}
