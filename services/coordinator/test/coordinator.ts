import type { Route } from '@mosaic/contracts/http'
import { urlOf } from '@mosaic/contracts/http'
import { serviceToken, type ServiceProcess, startEventStore, startMessaging, startService } from '@mosaic/kit'

export type Asked = { readonly body?: object; readonly id?: string; readonly bearer?: string }
export type Answer = { readonly status: number; readonly body: Record<string, unknown> }

export type RunningCoordinator = Awaited<ReturnType<typeof startCoordinator>>

/** The coordinator as a process of its own on real engines, with no orchestrator to ask. */
export async function startCoordinator() {
  const [eventStore, nats] = await Promise.all([startEventStore(), startMessaging()])
  const closeEngines = () => Promise.allSettled([eventStore.close(), nats.close()])
  let service: ServiceProcess
  try {
    service = await startService('services/coordinator', {
      MOSAIC_EVENTSTORE_URL: eventStore.url,
      MOSAIC_NATS_URL: nats.url,
      MOSAIC_ORCHESTRATOR_URL: 'http://127.0.0.1:9',
    })
  } catch (error) {
    await closeEngines()
    throw error
  }
  return {
    service,
    eventStore,
    async ask(
      route: Pick<Route, 'method' | 'path'>,
      { body, id = '', bearer = serviceToken }: Asked = {},
    ): Promise<Answer> {
      const response = await fetch(service.url + urlOf(route.path, { id }), {
        method: route.method,
        headers: { authorization: `Bearer ${bearer}`, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      })
      return { status: response.status, body: (await response.json()) as Record<string, unknown> }
    },
    async close() {
      await service.stop()
      await closeEngines()
    },
  }
}
