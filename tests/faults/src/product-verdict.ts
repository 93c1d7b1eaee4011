import { readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { Instance } from '@mosaic/e2e/instance'
import { agentBranches } from '@mosaic/e2e/repositories'
import { commandIdOf } from '@mosaic/event-store'
import { faultsOf, type Logged, readLog, readPublished } from '@mosaic/e2e/whole-log'
import type { Acknowledged } from './product-load.ts'

export type Check = { readonly name: string; readonly faults: readonly string[] }

const patienceMs = 60_000

/** Everything that must hold after the kills; a check without faults has passed. */
export async function judge(
  instance: Instance,
  acknowledged: readonly Acknowledged[],
  repository: string,
): Promise<Check[]> {
  const log = await readLog(instance.run.eventstore)
  return [
    { name: 'every component is healthy', faults: await untilHealthy(instance) },
    { name: 'the log has no gap and no event twice', faults: faultsOf(log) },
    { name: 'what was acknowledged is there once', faults: missing(log, acknowledged) },
    { name: 'NATS has the log, in its order', faults: await unpublished(instance, log) },
    { name: 'every agent completed, with its commit', faults: await unfinished(instance, repository) },
    ...(await rebuilt(instance)),
  ]
}

async function untilHealthy(instance: Instance): Promise<string[]> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    const sick = Object.entries(await instance.status()).filter(([, { status }]) => status !== 'healthy')
    if (sick.length === 0) return []
    if (performance.now() > deadline) return sick.map(([name, { status }]) => `${name}: ${status}`)
    await pause(500)
  }
}

/** An acknowledged command has exactly one first fact, and that stands no later than its answer says. */
function missing(log: readonly Logged[], acknowledged: readonly Acknowledged[]): string[] {
  const types: Record<string, string> = { spawn: 'AgentSpawnRequested', inject: 'OperatorMessageInjected' }
  return acknowledged.flatMap(({ key, verb, sessionId, revision }) => {
    const asked = commandIdOf({ workspaceId: 'default', operatorId: 'local', key })
    const facts = log.filter(({ type, commandId }) => commandId === asked && type === types[verb])
    const told = `${verb} ${key} of ${sessionId}`
    if (facts.length !== 1) return [`${told}: ${facts.length} times in the log`]
    const [fact] = facts
    const rightPlace = fact?.stream === `agentSession-${sessionId}` && fact.revision <= revision
    return rightPlace ? [] : [`${told}: at ${fact?.stream}@${fact?.revision}, acknowledged at ${revision}`]
  })
}

async function unpublished(instance: Instance, log: readonly Logged[]): Promise<string[]> {
  const wanted = log.map(({ id }) => id)
  const deadline = performance.now() + patienceMs
  for (;;) {
    const published = await readPublished(instance.run.nats)
    if (published.join() === wanted.join()) return []
    if (performance.now() > deadline) {
      const at = wanted.findIndex((id, index) => published[index] !== id)
      return [`${published.length} of ${wanted.length} published; the first difference is at ${at}: ${wanted[at]}`]
    }
    await pause(500)
  }
}

async function unfinished(instance: Instance, repository: string): Promise<string[]> {
  const items = await everySession(instance)
  const commits = new Map(agentBranches(repository).map(({ branch, commits: count }) => [branch, count]))
  const wrong = items.filter(({ status, branch }) => status !== 'completed' || commits.get(branch ?? '') !== 1)
  return Promise.all(
    wrong.map(async ({ sessionId, status, branch, failure }) => {
      const told = `${sessionId}: ${status}, ${commits.get(branch ?? '') ?? 0} commits ${failure?.message ?? ''}`
      return [told, ...(await failedTools(instance, sessionId))].join('\n      ')
    }),
  )
}

/** What the tools of an agent said went wrong, for whoever has to find out why it failed. */
async function failedTools(instance: Instance, sessionId: string): Promise<string[]> {
  const page = await instance.request('GET', `/api/mission-control/sessions/${sessionId}/messages?limit=500`)
  return gatewayRoutes.messages.answer
    .parse(page)
    .items.flatMap((entry) =>
      entry.kind === 'tool' && entry.isError
        ? [`${entry.occurredAt} ${entry.name}: ${entry.output?.slice(0, 500)}`]
        : [],
    )
}

async function everySession(instance: Instance): Promise<SessionView[]> {
  const sessions: SessionView[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const query: string = new URLSearchParams({ limit: '200', ...(cursor && { cursor }) }).toString()
    const page = await instance.request('GET', `/api/mission-control/sessions?${query}`)
    const { items, nextCursor } = gatewayRoutes.sessions.answer.parse(page)
    sessions.push(...items)
    cursor = nextCursor
  }
  return sessions
}

async function rebuilt(instance: Instance): Promise<Check[]> {
  return (await instance.verifyAll()).map(({ name, equal, firstDifference }) => ({
    name: `the read model ${name} equals its rebuild`,
    faults: equal ? [] : [JSON.stringify(firstDifference)],
  }))
}

/** The pid of a component as the supervisor has it written down, without asking anybody. Null while it is down. */
export function pidOf(data: string, component: string): number | null {
  const state = JSON.parse(readFileSync(`${data}/state.json`, 'utf8')) as State
  const { status, process } = state.components[component] ?? {}
  return status === 'running' && process ? process.pid : null
}
type State = { components: Record<string, { status: string; process: { pid: number } | null } | undefined> }
