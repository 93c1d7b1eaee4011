import { route } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { scrape } from '@mosaic/telemetry'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { addRoute } from './add-route.ts'

/** What the process measures, in Prometheus' text format. For who holds the instance's service token. */
export function addMetrics(app: FastifyInstance, name: string): void {
  const definition = route({
    method: 'GET',
    path: '/metrics',
    role: 'service',
    summary: `What ${name} measures, for Prometheus`,
    answer: z.string(),
  })
  addRoute(app, definition, async ({ reply }) => {
    const { contentType, body } = await scrape()
    reply.type(contentType).header('cache-control', 'no-store')
    return ok(body)
  })
}
