// F12: an agent tries to reach, through its way out, what nobody allowed it: this machine, its network, a cloud's metadata.
// `node egress-escape.ts [--attempts 100000] [--seed N]`: that many attempts, in all the ways an address can be written, by
// names that lead home, by requests within requests. Passes when the canary has seen nobody, what is told of all of them
// does not grow with their number, and an allowed host is reached all the same.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type Connections, WayOut } from '@mosaic/orchestrator/egress'
import { attempt, hostileNames } from './egress-attempts.ts'
import { Random } from './eventstore-random.ts'

const { values } = parseArgs({ options: { attempts: { type: 'string' }, seed: { type: 'string' } } })
const wanted = Number(values.attempts ?? 4000)
const seed = Number(values.seed ?? Date.now() % 2 ** 31)
const random = new Random(seed)
const atOnce = 64
/** Hosts of each outcome that are told by name, and the reasons with which all others are told. */
const mostKinds = 150
console.log(`seed ${seed}, ${wanted} attempts`)

let visits = 0
let notLetIn = 0
const canary = createServer((socket) => {
  visits += 1
  socket.destroy()
}).listen(0, '::')
await once(canary, 'listening')
const { port } = canary.address() as AddressInfo
const allowed = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nreached')).listen(
  0,
  '127.0.0.1',
)
await once(allowed, 'listening')
const allowedPort = (allowed.address() as AddressInfo).port

const told: Connections[] = []
const folder = mkdtempSync(join(tmpdir(), 'mosaic-egress-'))
const path = join(folder, 'socket')
const network = { lookup: async (host: string) => hostileNames[host] ?? [], proxy: undefined }

/** The attempts are worth nothing unless they succeed where they may. */
const open = new WayOut({ hosts: [`127.0.0.1:${port}`, `[::1]:${port}`], network, tell: async () => undefined })
await open.listen(path)
for (let n = 0; n < 300 && visits === 0; n++) await send(attempt(random, port))
await open.close()
const unheld = visits
visits = 0

const wayOut = new WayOut({
  hosts: ['example.org', `*.example.org:${port}`, '*.example.org', `127.0.0.1:${allowedPort}`],
  network,
  tell: async (connections) => void told.push(connections),
})
await wayOut.listen(path)

const delays = monitorEventLoopDelay({ resolution: 5 })
delays.enable()
const begun = performance.now()
let left = wanted
await Promise.all(
  Array.from({ length: atOnce }, async () => {
    while (left-- > 0) await send(attempt(random, port))
  }),
)
const seconds = (performance.now() - begun) / 1000
const reached = await send(
  `GET http://127.0.0.1:${allowedPort}/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
  30_000,
)
await wayOut.close()
canary.close()
allowed.close()
rmSync(folder, { recursive: true })

// Of each kind the sums grow for twice as long before they are told again, and are told once more at the end.
const kinds = new Set(told.map(({ host, port, outcome, reason }) => JSON.stringify([host, port, outcome, reason]))).size
const mostFacts = kinds * (2 + Math.log2(1 + seconds))

const faults = [
  ...(unheld === 0 ? ['no attempt succeeds, not even where it may'] : []),
  ...(visits > 0 ? [`the canary has seen ${visits}`] : []),
  ...(kinds > mostKinds || told.length > mostFacts ? [`${told.length} facts of ${kinds} kinds are told`] : []),
  ...(reached.includes('reached') ? [] : ['the allowed host is not reached']),
]
const slowest = (delays.percentile(99) / 1e6).toFixed(0)
const rss = (process.memoryUsage.rss() / 2 ** 20).toFixed(0)
console.log(
  `${wanted} attempts in ${seconds.toFixed(1)} s: ${told.length} facts of ${kinds} kinds, ${notLetIn} made again, loop delay p99 ${slowest} ms, ${rss} MB`,
)
for (const fault of faults) console.log(`✗ ${fault}`)
if (faults.length > 0) console.log(`again with: --attempts ${wanted} --seed ${seed}`)
console.log(`${faults.length === 0 ? wanted : wanted - 1} passed, ${faults.length === 0 ? 0 : 1} failed`)
process.exitCode = faults.length > 0 ? 1 : 0

/** Where so many are under way that the kernel lets nobody in, the attempt is made again: it would be worth nothing. */
async function send(bytes: string, patienceMs?: number): Promise<string> {
  for (;;) {
    const answer = await sendOnce(bytes, patienceMs)
    if (answer !== undefined) return answer
    notLetIn += 1
    await delay(20)
  }
}

/** Many attempts are never answered: they are not waited for. `undefined`: nobody has heard it. */
async function sendOnce(bytes: string, patienceMs = 200): Promise<string | undefined> {
  const socket = connect(path)
  const { promise: closed, resolve: close } = Promise.withResolvers<void>()
  let isHeard = true
  socket.on('error', ({ code }: NodeJS.ErrnoException) => (isHeard = code !== 'EAGAIN'))
  socket.on('close', () => close())
  socket.setTimeout(patienceMs, () => socket.destroy())
  let answer = ''
  socket.on('data', (data: Buffer) => (answer += data.toString('latin1')))
  socket.write(Buffer.from(bytes, 'utf8'))
  await closed
  return isHeard ? answer : undefined
}
