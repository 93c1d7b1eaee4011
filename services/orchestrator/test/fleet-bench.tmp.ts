import { readFileSync } from 'node:fs'
import { startService } from './child-service.ts'
import { Client, Harness } from './harness.ts'
import { makeRepository } from './repository.ts'
import { finish, scenario, shell } from './scenario.ts'

const count = Number(process.argv[2] ?? 50)
const harness = await Harness.start()
const service = await startService('orchestrator', harness.environment)
const client = new Client(service.url, () => service.stop())
const rss = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.process.pid}/status`, 'utf8'))?.[1]) / 1024
console.log('rss before', rss())
const repository = makeRepository()
const model = scenario([shell('for i in 1 2 3 4 5; do sleep 3600 & done; echo begun > begun; wait'), finish()])
const t0 = performance.now()
const ids = await Promise.all(Array.from({ length: count }, () => client.spawn({ repository, task: 'x', model })))
console.log('spawn requests answered', Math.round(performance.now() - t0), 'ms')
await Promise.all(ids.map((id) => harness.reached(id, 'ToolInvoked', undefined, 120_000)))
console.log('all running', Math.round(performance.now() - t0), 'ms; rss', rss())
const lat: number[] = []
for (const id of ids) {
  const events = await harness.events(id)
  const at = (type: string) => Date.parse(events.find((e) => e.type === type)!.metadata.occurredAt)
  lat.push(at('AgentStarted') - at('AgentSpawnRequested'))
}
lat.sort((a, b) => a - b)
console.log('spawn latency p50', lat[count >> 1], 'max', lat.at(-1))
const t1 = performance.now()
const answer = await client.post('/agents/kill-all', { confirm: 'KILL ALL' })
console.log('kill-all answered', answer.status, Math.round(performance.now() - t1))
const killed = await Promise.all(ids.map((id) => harness.reached(id, 'AgentKilled', undefined, 120_000)))
console.log('all killed', Math.round(performance.now() - t1), 'ms; latencies max', Math.max(...killed.map((k) => k.data.latencyMs)))
await Promise.all(ids.map((id) => harness.reached(id, 'AgentResourcesReleased', undefined, 120_000)))
console.log('all released', Math.round(performance.now() - t1), 'ms; rss', rss())
await service.stop()
await harness.close()
