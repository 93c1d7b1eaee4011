import type { RecordView } from '../wire/record.ts'

/** An event that a projection writes: as a rule a link. */
export interface Emitted {
  stream: string
  type: string
  data: string
  /** JSON: who wrote it, and because of what. */
  metadata(): string
}

/** Epoch and version of a definition that was enabled once, and version of the subsystem. */
const VERSION = '-1:1:4'

export type JsonObject = Record<string, unknown>

function parseObject(json: Buffer): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(json.toString('utf8'))
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? (parsed as JsonObject) : undefined
  } catch {
    return undefined
  }
}

const CORRELATION_ID = '$correlationId'

/** What stands under `$correlationId` in the metadata of an event; most have none, so that is found out first. */
export function correlationIn({ metadata }: RecordView): unknown {
  if (!metadata?.length) return undefined
  const bytes = Buffer.from(metadata.buffer, metadata.byteOffset, metadata.length)
  return bytes.includes(CORRELATION_ID) ? parseObject(bytes)?.[CORRELATION_ID] : undefined
}

/** The metadata that the real server gives to what it emits; `projectionId` counts projections as it creates them. */
export function emittedMetadata(projectionId: number, cause: RecordView, extra: JsonObject): string {
  const correlationId = cause.isJson ? correlationIn(cause) : undefined
  return JSON.stringify({
    $v: `${projectionId}:${VERSION}`,
    $c: cause.position,
    $p: cause.position,
    ...extra,
    $causedBy: cause.id,
    ...(typeof correlationId === 'string' && correlationId !== '' && { [CORRELATION_ID]: correlationId }),
  })
}
