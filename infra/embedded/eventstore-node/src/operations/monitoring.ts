import { readFileSync } from 'node:fs'
import { freemem, loadavg, totalmem } from 'node:os'
import type { ServerCall } from '../grpc/call.ts'
import type { Handler } from '../grpc/server.ts'
import { ProtoReader, ProtoWriter } from '../wire/protobuf.ts'
import { unixTime } from '../clock.ts'

/** Between two messages at least, whatever the client asks for. */
const LEAST_PERIOD_MS = 10
/** The longest delay that .NET, and the longest that a timer here, can wait. */
const MOST_PERIOD_MS = 2 ** 32 - 2
const MAX_TIMER_MS = 2 ** 31 - 1
const STARTED = new Date(unixTime() - process.uptime() * 1000).toISOString()

export interface Figures {
  newest: number
  calls: number
  connections: number
}

export type Statistics = Record<string, number | string>

/** Bytes and calls of this process, where the system counts them (proc(5), `/proc/PID/io`). */
function diskIo(): Statistics {
  try {
    const lines = readFileSync('/proc/self/io', 'utf8').split('\n')
    const counted = new Map(lines.map((line) => line.split(': ') as [string, string]))
    const names = { readBytes: 'read_bytes', writtenBytes: 'write_bytes', readOps: 'syscr', writeOps: 'syscw' }
    return Object.fromEntries(
      Object.entries(names).map(([name, counter]) => [`proc-diskIo-${name}`, Number(counted.get(counter) ?? 0)]),
    )
  } catch {
    return {}
  }
}

/** What the node says about itself, under the names that EventStoreDB uses. */
export function statistics({ newest, calls, connections }: Figures): Statistics {
  const { rss, heapUsed } = process.memoryUsage()
  const { user, system } = process.cpuUsage()
  const [one = 0, five = 0, fifteen = 0] = loadavg()
  return {
    'proc-startTime': STARTED,
    'proc-id': process.pid,
    'proc-mem': rss,
    'proc-cpu': (user + system) / 1e4 / Math.max(process.uptime(), 1),
    'proc-gc-totalBytesInHeaps': heapUsed,
    ...diskIo(),
    'proc-tcp-connections': connections,
    'sys-loadavg-1m': one,
    'sys-loadavg-5m': five,
    'sys-loadavg-15m': fifteen,
    'sys-freeMem': freemem(),
    'sys-totalMem': totalmem(),
    'es-checksum': newest,
    'es-checksumNonFlushed': newest,
    'es-openCalls': calls,
  }
}

export interface Grouped {
  [name: string]: number | string | Grouped
}

/** The same by groups: `proc-gc-x` becomes `proc.gc.x`. */
export function grouped(flat: Statistics): Grouped {
  const root: Grouped = {}
  for (const [key, value] of Object.entries(flat)) {
    const path = key.split('-')
    const name = path.pop()!
    let group = root
    for (const part of path) group = (group[part] ??= {}) as Grouped
    group[name] = value
  }
  return root
}

function readPeriod(message: Buffer): number {
  const reader = new ProtoReader(message)
  let period = 0
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 4) period = Number(reader.uint64())
    else reader.skipField()
  }
  return Math.max(period, LEAST_PERIOD_MS)
}

/** Monitoring/Stats: the figures now and then again, until the client has enough. Anybody may ask. */
export function monitoring(figures: () => Figures): [path: string, handler: Handler][] {
  const handler = async (call: ServerCall) => {
    const period = readPeriod(await call.single())
    const send = () => {
      if (!call.writable) return
      const response = new ProtoWriter()
      for (const [key, value] of Object.entries(statistics(figures()))) {
        response.message(1, (entry) => entry.string(1, key).string(2, String(value)))
      }
      call.write(response.finish())
    }
    send()
    if (period > MOST_PERIOD_MS) return
    const timer = setInterval(send, Math.min(period, MAX_TIMER_MS))
    call.onClose(() => clearInterval(timer))
  }
  return [['/event_store.client.monitoring.Monitoring/Stats', handler]]
}
