import { freemem, loadavg, totalmem } from 'node:os'
import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import { ProtoReader, ProtoWriter } from '../wire/protobuf.ts'

const DEFAULT_PERIOD_MS = 5000
const STARTED = Date.now()

export interface Figures {
  newest: number
  calls: number
  connections: number
}

/** What the node says about itself, grouped as EventStoreDB's `/stats` is. */
export function statistics({
  newest,
  calls,
  connections,
}: Figures): Record<'proc' | 'sys' | 'es', Record<string, number>> {
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  return {
    proc: {
      id: process.pid,
      startTime: STARTED,
      mem: rss,
      heap: heapUsed,
      cpuSeconds: (user + system) / 1e6,
      upSeconds: Math.round(process.uptime()),
    },
    sys: { freeMem: freemem(), totalMem: totalmem(), loadavg1m: loadavg()[0] ?? 0 },
    es: { lastCommitPosition: newest, openCalls: calls, connections },
  }
}

function flatten(figures: ReturnType<typeof statistics>): [key: string, value: string][] {
  return Object.entries(figures).flatMap(([group, values]) =>
    Object.entries(values).map(([name, value]): [string, string] => [`${group}-${name}`, String(value)]),
  )
}

function readPeriod(message: Buffer): number {
  const reader = new ProtoReader(message)
  let period = 0
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 4) period = Number(reader.uint64())
    else reader.skip()
  }
  return period === 0 ? DEFAULT_PERIOD_MS : Math.max(period, 100)
}

/** Monitoring/Stats: the figures now and then again, until the client has enough. */
export function monitoring(figures: () => Figures): [path: string, handler: Handler][] {
  const handler = async (call: ServerCall) => {
    const period = readPeriod(await call.single())
    const send = () => {
      if (!call.writable) return
      const response = new ProtoWriter()
      for (const [key, value] of flatten(statistics(figures()))) {
        response.message(1, (entry) => entry.string(1, key).string(2, value))
      }
      call.write(response.finish())
    }
    send()
    const timer = setInterval(send, period)
    call.onClose(() => clearInterval(timer))
  }
  return [['/event_store.client.monitoring.Monitoring/Stats', handler]]
}
