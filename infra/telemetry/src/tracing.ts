export type Attributes = Readonly<Record<string, string | number | boolean>>

export type SpanOptions = {
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  /** What brought it about, as a W3C `traceparent`; what is under way in this process when not given. */
  readonly parent?: string | undefined
  /** Codes, names and counts alone: no text that people or models have written, no addresses with what stands in them. */
  readonly attributes?: Attributes
}

/** A stretch of work in a trace. */
export type Span = {
  /** By which others name it as what brought them about. */
  readonly traceparent: string
  set(attributes: Attributes): void
  /** It did not come off: a code, or the class of an error. */
  fail(reason: string): void
  end(): void
  /** What the work begins becomes a part of it. */
  run<T>(work: () => T): T
}

/** What makes spans and sends them where they are looked at. */
export type Tracer = {
  open(name: string, options: SpanOptions): Span
  within<T>(traceparent: string | undefined, work: () => T): T
  current(): string | undefined
  stop(): Promise<void>
}

export type TracingSettings = {
  /** The component's name. */
  readonly service: string
  /** Of new traces that nobody else has decided about, how many are sent (0 to 1). */
  readonly share?: number | undefined
  /** Is told that spans cannot be sent. */
  readonly onProblem: (message: string) => void
}

/** One per process, and none unless it was asked for: then nothing of OpenTelemetry is even loaded. */
let tracer: Tracer | undefined

/** Sends spans over OTLP from now on. Where to and with which headers, the exporter reads from the environment itself. */
export async function startTracing(settings: TracingSettings): Promise<void> {
  const { otlpTracer } = await import('./otlp-tracer.ts')
  tracer = otlpTracer(settings)
}

/** Sends what is still here, as far as that takes no longer than `limitMs`. */
export async function stopTracing(limitMs = 2000): Promise<void> {
  const stopping = tracer?.stop()
  tracer = undefined
  if (!stopping) return
  const limit = Promise.withResolvers<void>()
  const timer = setTimeout(limit.resolve, limitMs)
  await Promise.race([stopping.catch(() => undefined), limit.promise])
  clearTimeout(timer)
}

export const isTracing = (): boolean => tracer !== undefined

/** The `traceparent` of what is under way here, for what it brings about elsewhere. */
export const currentTraceparent = (): string | undefined => tracer?.current()

/** A span that the caller ends; `undefined` where nothing is traced. */
export const openSpan = (name: string, options: SpanOptions = {}): Span | undefined => tracer?.open(name, options)

/** Does work as a span: one that throws has failed, by the name of its error. */
export async function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  const span = openSpan(name, options)
  if (!span) return work(undefined)
  try {
    return await span.run(() => work(span))
  } catch (error) {
    span.fail(error instanceof Error ? error.name : 'unknown')
    throw error
  } finally {
    span.end()
  }
}

/** Does work as part of what this `traceparent` names (of no trace when it is none), whatever happens to be under way here. */
export const within = <T>(traceparent: string | undefined, work: () => T): T =>
  tracer ? tracer.within(traceparent, work) : work()
