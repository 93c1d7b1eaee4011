// A service with nothing inside, for the tests of supervision: health, a clean stop, and ways to misbehave.
import { createServer } from 'node:http'
import { runService, variables } from '@mosaic/runtime'
import { z } from 'zod'

await runService({
  name: 'stand-in',
  config: z.object({ MOSAIC_PORT: variables.port, STAND_IN: z.enum(['well', 'sick', 'refuse', 'misconfigured']) }),
  async start({ config }) {
    if (config.STAND_IN === 'refuse') throw new Error('there is no engine to talk to')
    if (config.STAND_IN === 'misconfigured') process.exit(2)
    const status = config.STAND_IN === 'sick' ? 'unhealthy' : 'healthy'
    const detail = status === 'healthy' ? undefined : 'the engine is away'
    const server = createServer((_, response) => {
      response.writeHead(status === 'healthy' ? 200 : 503, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify({
          status,
          uptime: process.uptime(),
          timestamp: new Date().toISOString(),
          version: '9.9.9',
          lag: 0,
          detail,
        }),
      )
    })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(config.MOSAIC_PORT, '127.0.0.1', resolve)
    })
    return {
      async close() {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  },
})
