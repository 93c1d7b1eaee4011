import { setTimeout as wait } from 'node:timers/promises'
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client'

/** All that this process measures: one process is one target of Prometheus. */
const registry = new Registry()

/** Of an engine that does not answer no figure is shown; all others still are. */
const longestLookMs = 2000

/** Memory, CPU, open files, garbage collections and how late the event loop is; from the first look on. */
let isWatched = false

type Definition<Label extends string> = {
  readonly name: `mosaic_${string}`
  readonly help: string
  /** Only what has few values: no ids, no paths, no text. */
  readonly labelNames?: readonly Label[]
}

export const counter = <Label extends string = never>(definition: Definition<Label>): Counter<Label> =>
  new Counter({ ...definition, registers: [registry] })

export const histogram = <Label extends string = never>(
  definition: Definition<Label> & { readonly buckets: number[] },
): Histogram<Label> => new Histogram({ ...definition, registers: [registry] })

/** Something that is looked up when somebody asks, and stands nowhere as long as nobody has said how. */
export type Sampled<Label extends string = never> = Definition<Label>

export const sampled = <Label extends string = never>(definition: Sampled<Label>): Sampled<Label> => definition

/** Says how a gauge is looked up from now on. Where that fails, it is not shown: old figures would pass for new ones. */
export function sample<Label extends string>(
  gauge: Sampled<Label>,
  look: (shown: Gauge<Label>) => void | Promise<void>,
): void {
  registry.removeSingleMetric(gauge.name)
  const shown = new Gauge({
    ...gauge,
    registers: [],
    async collect() {
      this.reset()
      if (!gauge.labelNames) this.remove()
      const looked = (async () => look(this))().catch(() => undefined)
      await Promise.race([looked, wait(longestLookMs, undefined, { ref: false })])
    },
  })
  registry.registerMetric(shown)
}

/** Prometheus' text format. */
export async function scrape(): Promise<{ readonly contentType: string; readonly body: string }> {
  watchProcess()
  return { contentType: registry.contentType, body: await registry.metrics() }
}

/** To be called when the process begins, so that the first look already says something. */
export function watchProcess(): void {
  if (isWatched) return
  isWatched = true
  collectDefaultMetrics({ register: registry })
}
