import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { SessionView, SpawnAgentInput } from '@mosaic/contracts/agent-session'
import { type CommandAnswer, gatewayRoutes, type KillAllAnswer, type Route, urlOf } from '@mosaic/contracts/http'
import type { Instance } from '@mosaic/e2e/instance'

/** The gateway's API as the CLI uses it, with the data folder's token. */
export function apiOf(instance: Instance) {
  const token = readFileSync(join(instance.data, 'token'), 'utf8').trim()
  const call = async (route: Route, options: { params?: Record<string, string>; body?: unknown } = {}) => {
    const response = await fetch(new URL(urlOf(route.path, options.params), instance.run.gateway), {
      method: route.method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(options.body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(options.body !== undefined && { body: JSON.stringify(options.body) }),
    })
    const answer = await response.json()
    if (!response.ok) throw new Error(`${route.method} ${route.path}: ${response.status} ${JSON.stringify(answer)}`)
    return route.answer.parse(answer)
  }
  return {
    spawn: async (body: SpawnAgentInput) => (await call(gatewayRoutes.spawn, { body })) as CommandAnswer,
    session: async (id: string) => (await call(gatewayRoutes.session, { params: { id } })) as SessionView,
    kill: async (id: string) => (await call(gatewayRoutes.kill, { params: { id }, body: {} })) as CommandAnswer,
    killAll: async () => (await call(gatewayRoutes.killAll, { body: { confirm: 'KILL ALL' } })) as KillAllAnswer,
  }
}
