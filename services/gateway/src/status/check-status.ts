import { type componentStatus, coordinatorRoutes, orchestratorRoutes, projectorRoutes } from '@mosaic/contracts/http'
import type { EventStore } from '@mosaic/event-store'
import type { Messaging } from '@mosaic/messaging'
import type { Postgres } from '@mosaic/postgres'
import { z } from 'zod'
import type { Feed } from '../live/feed.ts'
import type { Upstream } from '@mosaic/http'

type ComponentStatus = z.infer<typeof componentStatus>
export type Components = Readonly<Record<string, ComponentStatus>>

export type StatusDependencies = {
  readonly eventStore: EventStore
  readonly messaging: Messaging
  readonly postgres: Postgres
  readonly orchestrator: Upstream
  readonly coordinator: Upstream
  readonly projector: Upstream
  readonly relay?: Upstream | undefined
  readonly feed: Feed
  readonly scriptedModelUrl?: string | undefined
  readonly serviceToken: string
}

const timeoutMs = 1500

/** How the engines and services are, as this process can reach them. Never rejects, and takes no longer than 1.5 s. */
export async function checkComponents(dependencies: StatusDependencies): Promise<Components> {
  const { eventStore, postgres, orchestrator, projector, relay, coordinator } = dependencies
  const [eventstore, database, orchestratorStatus, projectorStatus, relayStatus, coordinatorStatus] = await Promise.all(
    [
      reached(eventStore.ping(timeoutMs), 'commands and live streams have to wait'),
      reached(postgres.ping(), 'queries have to wait; commands and live streams go on'),
      healthOf(orchestrator, orchestratorRoutes.health, 'agents cannot be steered'),
      healthOf(projector, projectorRoutes.health, 'read models stand still'),
      relay && healthOf(relay, projectorRoutes.health, 'live streams follow the log'),
      healthOf(coordinator, coordinatorRoutes.health, 'tasks, and commits and pushes that have to pass gates, wait'),
    ],
  )
  return {
    eventstore,
    nats: natsStatus(dependencies),
    postgres: database,
    ...(relayStatus && { relay: relayStatus }),
    coordinator: coordinatorStatus,
    orchestrator: orchestratorStatus,
    projector: projectorStatus,
  }
}

function natsStatus({ messaging, feed }: StatusDependencies): ComponentStatus {
  if (!messaging.connected())
    return { status: 'unhealthy', detail: 'live streams follow the log; words in the making do not show' }
  return feed.viaNats() ? { status: 'healthy' } : { status: 'degraded', detail: 'live streams still follow the log' }
}

async function reached(work: Promise<unknown>, consequence: string): Promise<ComponentStatus> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), timeoutMs)
  })
  const outcome = await Promise.race([work.then(() => 'reached' as const).catch(() => 'failed' as const), late])
  clearTimeout(timer)
  if (outcome === 'reached') return { status: 'healthy' }
  return {
    status: 'unhealthy',
    detail: `${outcome === 'late' ? 'does not answer in time' : 'cannot be reached'}: ${consequence}`,
  }
}

async function healthOf(
  upstream: Upstream,
  route: typeof orchestratorRoutes.health,
  consequence: string,
): Promise<ComponentStatus> {
  const answer = await upstream.call(route, { timeoutMs })
  if (!answer.ok) return { status: 'unhealthy', detail: `${answer.error.message}: ${consequence}` }
  const { status, detail, lag, workshop } = answer.value
  return {
    status,
    ...(detail !== undefined && { detail }),
    ...(lag !== undefined && { lag }),
    ...(workshop?.gates === 'off' && { gatesOff: true }),
  }
}

const modelList = z.object({ data: z.array(z.object({ id: z.string() })) })

/** The scripted model server's scenarios; none when there is no such server or it does not answer. */
export async function scriptedModels(url: string | undefined, serviceToken: string): Promise<string[]> {
  if (url === undefined) return []
  try {
    const response = await fetch(`${url.replace(/\/$/, '')}/v1/models`, {
      headers: { authorization: `Bearer ${serviceToken}` },
      signal: AbortSignal.timeout(timeoutMs),
    })
    return modelList.parse(await response.json()).data.map(({ id }) => id)
  } catch {
    return []
  }
}
