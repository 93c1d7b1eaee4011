import { eventMetadata, type StoredRecord } from '@mosaic/contracts/kernel'
import { isTracing, openSpan } from '@mosaic/telemetry'

/** Where spans are wanted, an event's way to JetStream as a part of its trace; else the publish as it is. */
export function traced(record: StoredRecord, publish: Promise<void>): Promise<void> {
  const parent = isTracing() ? traceparentIn(record.metadataBytes) : undefined
  if (parent === undefined) return publish
  const attributes = { 'mosaic.event.type': record.type }
  const span = openSpan('relay', { kind: 'producer', parent, attributes })
  const fail = (error: unknown) => {
    span?.fail(error instanceof Error ? error.name : 'unknown')
    throw error
  }
  return publish.catch(fail).finally(() => span?.end())
}

const tracing = eventMetadata.pick({ traceparent: true })

function traceparentIn(metadata: Uint8Array): string | undefined {
  try {
    return tracing.safeParse(JSON.parse(Buffer.from(metadata).toString('utf8'))).data?.traceparent
  } catch {
    return undefined
  }
}
