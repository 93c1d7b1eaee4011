import { pingNats } from '@mosaic/embedded-nats'
import { type Health as Answer, health } from '@mosaic/contracts/http'
import { pingPostgres } from '@mosaic/embedded-postgres'
import { z } from 'zod'
import type { Probe } from './component.ts'

/** What a component says of itself; engines tell no lag. */
export type Health = Pick<Answer, 'status' | 'lag' | 'detail'> & { version: string | null }

const NodeInfo = z.object({ esVersion: z.string() })

/** Asks a component how it is. Never rejects: what does not answer in time is unhealthy. */
export async function askHealth(probe: Probe): Promise<Health> {
  try {
    return await (probe.kind === 'service' ? askService(probe) : askers[probe.kind](probe.url))
  } catch (error) {
    return unhealthy((error as Error).message)
  }
}

async function askService({ url, token }: Extract<Probe, { kind: 'service' }>): Promise<Health> {
  const response = await get(`${url}/health`, { authorization: `Bearer ${token}` })
  const answer = health.safeParse(await response.json())
  if (!answer.success) return unhealthy(`/health answered ${response.status} with something else`)
  const { status, version, lag, detail } = answer.data
  return { status, version, ...(lag !== undefined && { lag }), ...(detail !== undefined && { detail }) }
}

const askers: Record<Exclude<Probe['kind'], 'service'>, (url: string) => Promise<Health>> = {
  // EventStoreDB's own addresses: an empty 204 when live, and the version apart from it.
  eventstore: async (url) => {
    const { ok, status } = await get(`${url}/health/live`)
    if (!ok) return unhealthy(`/health/live answered ${status}`)
    return { status: 'healthy', version: NodeInfo.parse(await (await get(`${url}/info`)).json()).esVersion }
  },
  nats: async (url) => ({ status: 'healthy', version: await pingNats(url) }),
  postgres: async (url) => ({ status: 'healthy', version: await pingPostgres(url) }),
}

function get(url: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, { headers, signal: AbortSignal.timeout(3000) })
}

const unhealthy = (detail: string): Health => ({ status: 'unhealthy', version: null, detail })
