import { metrics, openSpan, type Span } from '@mosaic/telemetry'
import type { FastifyInstance, FastifyRequest } from 'fastify'

const spans = new WeakMap<FastifyRequest, Span>()

/** Asked every few seconds by machines; as traces they would bury all others. */
const untraced: ReadonlySet<string | undefined> = new Set(['/health', '/metrics'])

/** Measures every request, and makes it a span where spans are wanted. */
export function observe(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const span = spanOf(request)
    if (span) spans.set(request, span)
    done()
  })
  app.addHook('onResponse', (request, reply, done) => {
    const { method } = request
    // What was found, never what was asked for: that may be anything.
    const route = request.routeOptions.url ?? 'unknown'
    metrics.httpRequests.observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1000)
    end(spans.get(request), reply.statusCode)
    done()
  })
}

/** Does what a request asks for, as part of its span: hooks before it may have lost hold of that. */
export const asPartOf = <T>(request: FastifyRequest, work: () => T): T => spans.get(request)?.run(work) ?? work()

function spanOf({ method, headers, routeOptions: { url } }: FastifyRequest): Span | undefined {
  if (untraced.has(url)) return undefined
  const route = url ?? 'unknown'
  const { traceparent } = headers
  return openSpan(`${method} ${route}`, {
    kind: 'server',
    parent: typeof traceparent === 'string' ? traceparent : undefined,
    attributes: { 'http.request.method': method, 'http.route': route },
  })
}

function end(span: Span | undefined, status: number): void {
  span?.set({ 'http.response.status_code': status })
  if (status >= 500) span?.fail(String(status))
  span?.end()
}
