import { gatewayRoutes } from '@mosaic/contracts/http'
import { ok } from '@mosaic/contracts/kernel'
import { addRoute, type HealthReport } from '@mosaic/http'
import type { FastifyInstance } from 'fastify'
import { checkComponents, type Components, scriptedModels, type StatusDependencies } from './check-status.ts'

const freshForMs = 1000

/** Asked at once by many, checked once a second. */
export function cached<T>(check: () => Promise<T>, now: () => number = () => performance.now()): () => Promise<T> {
  let checkedAt = -Infinity
  let checking: Promise<T> | undefined
  return () => {
    if (!checking || now() - checkedAt > freshForMs) {
      checkedAt = now()
      checking = check()
    }
    return checking
  }
}

export type StatusCheck = () => Promise<{ components: Components; models: string[] }>

export function createStatusCheck(dependencies: StatusDependencies): StatusCheck {
  return cached(async () => {
    const [components, models] = await Promise.all([
      checkComponents(dependencies),
      scriptedModels(dependencies.scriptedModelUrl, dependencies.serviceToken),
    ])
    return { components, models }
  })
}

export function addStatusRoute(app: FastifyInstance, check: StatusCheck): void {
  addRoute(app, gatewayRoutes.status, async () => ok(await check()))
}

/** The gateway itself works without any one of the others; it says which it misses. */
export async function healthReport(check: StatusCheck): Promise<HealthReport> {
  const { components } = await check()
  const missed = Object.entries(components).filter(([, { status }]) => status === 'unhealthy')
  if (missed.length === 0) return { status: 'healthy' }
  return { status: 'degraded', detail: `not reached: ${missed.map(([name]) => name).join(', ')}` }
}
