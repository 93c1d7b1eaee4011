import { systemClock } from '@mosaic/contracts/kernel'
import type { FastifyPluginCallback } from 'fastify'

interface Dependencies {
  version: string
  running: ReadonlySet<unknown>
}

/** `GET /health`; `generating` counts the answers being played. */
export function healthRoute({ version, running }: Dependencies): FastifyPluginCallback {
  return (app, _options, done) => {
    app.get('/health', async () => ({
      status: 'healthy',
      uptime: Math.round(process.uptime() * 1000) / 1000,
      timestamp: systemClock.now().toISOString(),
      version,
      generating: running.size,
    }))
    done()
  }
}
