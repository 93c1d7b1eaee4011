import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import type { Figures } from './monitoring.ts'

export interface Exposition {
  contentType: string
  text: string
}

/** What Prometheus is told: figures of the process, and those of EventStoreDB's own that this node has, by its names. */
export function exposition(figures: () => Figures): () => Promise<Exposition> {
  let registry: Registry | undefined
  return async () => {
    // Who never asks need not be measured.
    registry ??= createRegistry(figures)
    return { contentType: registry.contentType, text: await registry.metrics() }
  }
}

function createRegistry(figures: () => Figures): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const writer = { name: 'writer', read: 'non-flushed' }
  registry.registerMetric(
    new Gauge({
      name: 'eventstore_checkpoints',
      help: 'Position of the newest event.',
      labelNames: ['name', 'read'],
      registers: [],
      collect() {
        this.set(writer, figures().newest)
      },
    }),
  )
  registry.registerMetric(
    new Gauge({
      name: 'eventstore_current_incoming_grpc_calls',
      help: 'Calls that are open, subscriptions among them.',
      registers: [],
      collect() {
        this.set(figures().calls)
      },
    }),
  )
  registry.registerMetric(
    new Gauge({
      name: 'kestrel_connections',
      help: 'Open connections.',
      registers: [],
      collect() {
        this.set(figures().connections)
      },
    }),
  )
  return registry
}
