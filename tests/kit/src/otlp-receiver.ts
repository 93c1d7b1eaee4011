import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { z } from 'zod'

const attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  name: z.string(),
  attributes: z.array(attribute).default([]),
})
/** What OTLP/HTTP sends in JSON (opentelemetry-proto `ExportTraceServiceRequest`), as far as it is looked at here. */
const request = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
})

export type ReceivedSpan = Omit<z.output<typeof span>, 'attributes'> & {
  readonly service: string
  readonly attributes: Readonly<Record<string, unknown>>
}

/** A collector that keeps what it is sent, and every word of it. */
export async function startOtlpReceiver() {
  const spans: ReceivedSpan[] = []
  let received = ''
  const server = createServer((incoming, response) => {
    void take(incoming).then(
      () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'),
      (error: unknown) => response.writeHead(400).end(String(error)),
    )
  })
  const take = async (incoming: IncomingMessage) => {
    const body = await text(incoming)
    received += body
    for (const { resource, scopeSpans } of request.parse(JSON.parse(body)).resourceSpans) {
      const service = String(valuesOf(resource.attributes)['service.name'])
      for (const each of scopeSpans.flatMap((scope) => scope.spans)) {
        spans.push({ ...each, service, attributes: valuesOf(each.attributes) })
      }
    }
  }
  server.listen({ host: '127.0.0.1', port: 0 })
  await once(server, 'listening')
  return {
    /** For OTEL_EXPORTER_OTLP_ENDPOINT. */
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans: (): readonly ReceivedSpan[] => spans,
    /** All that was sent, as it came. */
    received: () => received,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

const valuesOf = (attributes: readonly z.output<typeof attribute>[]): Record<string, unknown> =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]))
