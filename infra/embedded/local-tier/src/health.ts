import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { text } from 'node:stream/consumers'
import { pingNats } from '@mosaic/embedded-nats'
import { type Health as Answer, health } from '@mosaic/contracts/http'
import { pingPostgres } from '@mosaic/embedded-postgres'
import { z } from 'zod'
import type { Probe } from './component.ts'

/** What a component says of itself; engines tell no lag. */
export type Health = Pick<Answer, 'status' | 'lag' | 'detail' | 'workshop'> & { version: string | null }

const timeoutMs = 3000
const NodeInfo = z.object({ esVersion: z.string() })

/** Asks a component how it is. Never rejects: what does not answer in time is unhealthy. */
export async function askHealth(probe: Probe): Promise<Health> {
  try {
    return await ask(probe)
  } catch (error) {
    return unhealthy(reasonOf(error as Error))
  }
}

/** What the platform says of a time that is up names neither who was late nor by how much. */
export const reasonOf = ({ name, message, cause }: Error): string =>
  name === 'TimeoutError'
    ? `does not answer within ${timeoutMs / 1000} s`
    : // fetch says that it failed, and why in what has caused it.
      [message, ...(cause instanceof Error ? [cause.message] : [])].join(': ')

async function ask(probe: Probe): Promise<Health> {
  switch (probe.kind) {
    case 'service':
      return askService(probe)
    case 'eventstore':
      return askEventStore(probe)
    case 'nats':
      return { status: 'healthy', version: await pingNats(probe.url) }
    case 'postgres':
      return { status: 'healthy', version: await pingPostgres(probe.url) }
  }
}

async function askService({ url, token }: Extract<Probe, { kind: 'service' }>): Promise<Health> {
  const headers = { authorization: `Bearer ${token}` }
  const response = await fetch(`${url}/health`, { headers, signal: AbortSignal.timeout(timeoutMs) })
  const answer = health.safeParse(await response.json())
  if (!answer.success) return unhealthy(`/health answered ${response.status} with something else`)
  const { status, version, lag, detail, workshop } = answer.data
  return {
    status,
    version,
    ...(lag !== undefined && { lag }),
    ...(detail !== undefined && { detail }),
    ...(workshop !== undefined && { workshop }),
  }
}

/** EventStoreDB's own addresses: an empty 204 when live, and the version apart from it. */
async function askEventStore({ url, authority }: Extract<Probe, { kind: 'eventstore' }>): Promise<Health> {
  const ca = readFileSync(authority)
  const { status } = await getSecure(`${url}/health/live`, ca)
  if (status !== 204) return unhealthy(`/health/live answered ${status}`)
  const info = NodeInfo.parse(JSON.parse((await getSecure(`${url}/info`, ca)).body))
  return { status: 'healthy', version: info.esVersion }
}

/** fetch takes no authority of one's own. */
function getSecure(url: string, ca: Buffer): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca, agent: false, signal: AbortSignal.timeout(timeoutMs) }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject)
    })
    asked.on('error', reject)
    asked.end()
  })
}

const unhealthy = (detail: string): Health => ({ status: 'unhealthy', version: null, detail })
