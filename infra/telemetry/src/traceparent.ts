/** The part of a span that travels (W3C Trace Context §3.2). */
export type SpanName = { readonly traceId: string; readonly spanId: string; readonly traceFlags: number }

const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/

/** Reads a `traceparent`; what is none names nothing. */
export function parseTraceparent(text: string): SpanName | undefined {
  const [, traceId, spanId, flags] = pattern.exec(text) ?? []
  if (traceId === undefined || spanId === undefined || flags === undefined) return undefined
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) }
}

export const formatTraceparent = ({ traceId, spanId, traceFlags }: SpanName): string =>
  `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`
