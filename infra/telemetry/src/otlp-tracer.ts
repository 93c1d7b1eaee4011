import { context, diag, DiagLogLevel, type Span as OtelSpan, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import { formatTraceparent, parseTraceparent } from './traceparent.ts'
import type { Span, SpanOptions, Tracer, TracingSettings } from './tracing.ts'

/** How long spans wait for others that are sent with them. */
const gatherMs = 1000

const kinds = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const satisfies Record<NonNullable<SpanOptions['kind']>, SpanKind>

/** OpenTelemetry's own tracer. It is loaded where somebody wants spans, and nowhere else. */
export function otlpTracer({ service, share = 1, onProblem }: TracingSettings): Tracer {
  const contexts = new AsyncLocalStorageContextManager()
  contexts.enable()
  context.setGlobalContextManager(contexts)
  listenForProblems(onProblem)
  const provider = new TracerProvider({
    // What the environment says of the resource (OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES) goes before our own.
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': `mosaic-${service}`, 'mosaic.component': service }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(share) }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), scheduledDelayMillis: gatherMs })],
  })
  const tracer = provider.getTracer('mosaic')
  return {
    open(name, { kind = 'internal', parent, attributes = {} }) {
      const before = parent === undefined ? context.active() : contextOf(parent)
      return spanOf(tracer.startSpan(name, { kind: kinds[kind], attributes }, before))
    },
    within: (traceparent, work) => context.with(contextOf(traceparent), work),
    current() {
      const active = trace.getSpanContext(context.active())
      return active && formatTraceparent(active)
    },
    async stop() {
      await provider.shutdown()
      context.disable()
      diag.disable()
    },
  }
}

/** A collector that is away is complained of once, not with every batch. */
function listenForProblems(onProblem: (message: string) => void): void {
  let told = false
  const tell = (message: string) => {
    if (!told) onProblem(message)
    told = true
  }
  const ignore = () => undefined
  diag.setLogger({ error: tell, warn: tell, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.WARN)
}

function contextOf(traceparent: string | undefined) {
  const empty = trace.deleteSpan(context.active())
  const parsed = traceparent === undefined ? undefined : parseTraceparent(traceparent)
  return parsed ? trace.setSpanContext(empty, { ...parsed, isRemote: true }) : empty
}

const spanOf = (span: OtelSpan): Span => ({
  traceparent: formatTraceparent(span.spanContext()),
  set: (attributes) => void span.setAttributes(attributes),
  fail(reason) {
    span.setAttribute('error.type', reason)
    span.setStatus({ code: SpanStatusCode.ERROR })
  },
  end: () => span.end(),
  run: (work) => context.with(trace.setSpan(context.active(), span), work),
})
