import { readFileSync } from 'node:fs'
import { coordinatorRoutes, gatewayRoutes, orchestratorRoutes, type Route } from '@mosaic/contracts/http'
import { eventually, type ReceivedSpan, startOtlpReceiver } from '@mosaic/kit'
import { pathsOf, readState } from '@mosaic/local-tier'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Instance, startInstance } from './instance.ts'
import { createRepository } from './repositories.ts'

let collector: Awaited<ReturnType<typeof startOtlpReceiver>>
let instance: Instance

beforeAll(async () => {
  collector = await startOtlpReceiver()
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }
  instance = await startInstance({ demo: false, speed: 100, env })
})
afterAll(async () => {
  await instance?.close()
  await collector?.close()
})

/** What every agent's life has, whoever asked for it. */
const life = ['append', 'relay', 'project', 'model call', 'tool', 'sandbox command']
const serviceToken = () => readFileSync(pathsOf(instance.data).serviceToken, 'utf8').trim()

it('one spawn by the CLI is one trace through all services, in which no word of the task stands', async () => {
  const task = 'Write the word heliotrope down.'
  const repository = createRepository(instance.folder)
  const how = ['--repo', repository, '--task', task, '--model', 'scripted:commit-file', '--wait']
  await instance.json('agent', 'spawn', ...how)
  const [byGateway, byOrchestrator] = [gatewayRoutes.spawn, orchestratorRoutes.spawn].map(spanOf)
  const trace = await traceWith(byGateway!, [byOrchestrator!, ...life])
  // The coordinator hears of every session; whether it has something to do depends on the task.
  expect(servicesOf(trace)).toEqual(expect.arrayContaining(['gateway', 'orchestrator', 'projector', 'relay']))
  for (const secret of ['heliotrope', serviceToken()]) expect(collector.received()).not.toContain(secret)
})

it('a task that waits for a worker is one trace too, with the agent that does it', async () => {
  const repository = createRepository(instance.folder)
  const how = ['--repo', repository, '--model', 'scripted:commit-file', '--wait']
  await instance.json('task', 'add', 'Write something down.', ...how)
  const [byGateway, byCoordinator] = [gatewayRoutes.addTask, coordinatorRoutes.addTask].map(spanOf)
  const trace = await traceWith(byGateway!, [byCoordinator!, ...life])
  expect(servicesOf(trace)).toEqual(['coordinator', 'gateway', 'orchestrator', 'projector', 'relay'])
})

const spanOf = ({ method, path }: Route) => `${method} ${path}`
const servicesOf = (trace: readonly ReceivedSpan[]) =>
  [...new Set(trace.map(({ service }) => service.replace('mosaic-', '')))].toSorted()

/** The trace that begins with a span of this name, once it has all of the others and nothing that hangs in the air. */
const traceWith = (root: string, others: readonly string[]) =>
  eventually('the trace to be whole', () => {
    const { traceId } = collector.spans().find(({ name }) => name === root) ?? {}
    const spans = collector.spans().filter((span) => span.traceId === traceId)
    const names = new Set(spans.map(({ name }) => name))
    return others.every((name) => names.has(name)) && orphansOf(spans).length === 0 && spans
  })

/** Spans whose parent nobody has sent yet. */
const orphansOf = (trace: readonly ReceivedSpan[]): string[] => {
  const known = new Set(trace.map(({ spanId }) => spanId))
  return trace.filter(({ parentSpanId }) => parentSpanId !== '' && !known.has(parentSpanId)).map(({ name }) => name)
}

const measures = {
  gateway: [
    `mosaic_http_request_duration_seconds_count{method="POST",route="${gatewayRoutes.spawn.path}",status="202"} 1`,
  ],
  orchestrator: [
    'mosaic_commands_total{command="SpawnAgent",outcome="done"}',
    'mosaic_events_appended_total{type="AgentCompleted"}',
    'mosaic_model_call_duration_seconds_count{provider="scripted",outcome="answered"}',
    'mosaic_sandbox_command_duration_seconds_count{sandbox=',
    'mosaic_sessions_waiting 0',
  ],
  coordinator: ['mosaic_tasks_oldest_wait_seconds 0', 'nodejs_eventloop_lag_p99_seconds'],
  relay: ['mosaic_relay_lag_events ', 'mosaic_relay_events_total'],
  projector: ['mosaic_projection_backlog_events{projection="session-tree",kind="lag"}'],
} as const

it.each(Object.entries(measures))('%s shows what it measures to who has the service token', async (name, lines) => {
  const { ports } = readState(pathsOf(instance.data))!
  const url = `http://127.0.0.1:${ports[name as keyof typeof measures]}/metrics`
  expect((await fetch(url)).status).toBe(401)
  const figures = await (await fetch(url, { headers: { authorization: `Bearer ${serviceToken()}` } })).text()
  for (const line of lines) expect(figures).toContain(line)
  expect(figures).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/)
})
