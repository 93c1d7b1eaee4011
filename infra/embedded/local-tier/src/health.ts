import { pingNats } from '@mosaic/embedded-nats'
import { pingPostgres } from '@mosaic/embedded-postgres'
import { z } from 'zod'
import type { Probe } from './component.ts'

export type Health = { status: 'healthy' | 'degraded' | 'unhealthy'; version: string | null; lag?: number | null }

const ServiceHealth = z.object({
  status: z.enum(['healthy', 'degraded', 'unhealthy']),
  version: z.string(),
  lag: z.number().nullable().optional(),
})
const NodeInfo = z.object({ esVersion: z.string() })

const unhealthy: Health = { status: 'unhealthy', version: null }

/** Asks a component how it is. Never rejects: what does not answer in time is unhealthy. */
export async function askHealth(probe: Probe): Promise<Health> {
  try {
    return await askers[probe.kind](probe.url)
  } catch {
    return unhealthy
  }
}

const askers: Record<Probe['kind'], (url: string) => Promise<Health>> = {
  service: async (url) => {
    const { status, version, lag } = ServiceHealth.parse(await (await get(`${url}/health`)).json())
    return { status, version, ...(lag === undefined ? {} : { lag }) }
  },
  // EventStoreDB's own addresses: an empty 204 when live, and the version apart from it.
  eventstore: async (url) => {
    if (!(await get(`${url}/health/live`)).ok) return unhealthy
    return { status: 'healthy', version: NodeInfo.parse(await (await get(`${url}/info`)).json()).esVersion }
  },
  nats: async (url) => ({ status: 'healthy', version: await pingNats(url) }),
  postgres: async (url) => ({ status: 'healthy', version: await pingPostgres(url) }),
}

function get(url: string): Promise<Response> {
  return fetch(url, { signal: AbortSignal.timeout(3000) })
}
