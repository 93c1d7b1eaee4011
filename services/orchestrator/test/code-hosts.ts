import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { CodeHostKind } from '@mosaic/contracts/credential'
import { pullRequestStream } from '@mosaic/contracts/pull-request'
import {
  CodeHostServer,
  eventually,
  freePort,
  type HostedRepository,
  type ServiceProcess,
  startService,
} from '@mosaic/kit'
import { expect } from 'vitest'
import { type Answer, Client, Harness } from './harness.ts'
import { finish, scenario, type Step } from './scenario.ts'

const write = (path: string, content: string): Step => ({ call: { tool: 'write_file', input: { path, content } } })
const commit: Step = { call: { tool: 'commit', input: { message: 'work' } } }
/** What an agent does: a file, committed. */
export const change = (path: string, content = 'x\n') => [write(path, content), commit, finish(`wrote ${path}`)]

/** Coordinator and orchestrator as processes of their own, hosts with TLS, and what a test asks of pull requests there. */
export class CodeHosts {
  readonly harness: Harness
  readonly coordinator: ServiceProcess
  readonly orchestrator: ServiceProcess
  readonly hosts: ReadonlyMap<CodeHostKind, CodeHostServer>
  #repositories = 0

  private constructor(
    harness: Harness,
    services: { coordinator: ServiceProcess; orchestrator: ServiceProcess },
    hosts: ReadonlyMap<CodeHostKind, CodeHostServer>,
  ) {
    this.harness = harness
    this.coordinator = services.coordinator
    this.orchestrator = services.orchestrator
    this.hosts = hosts
  }

  static async start(
    kinds: readonly CodeHostKind[],
    watching: Readonly<Record<string, string>> = { MOSAIC_PULL_REQUEST_SECONDS: '1' },
  ): Promise<CodeHosts> {
    const harness = await Harness.start()
    const hosts = new Map<CodeHostKind, CodeHostServer>()
    for (const kind of kinds) hosts.set(kind, await CodeHostServer.start(kind, { tls: true }))
    const port = await freePort()
    const own = { MOSAIC_ORCHESTRATOR_URL: `http://127.0.0.1:${port}`, ...watching }
    const coordinator = await startService('services/coordinator', { ...harness.environment, ...own })
    const bundle = join(harness.data, 'authorities.pem')
    writeFileSync(bundle, [...hosts.values()].map(({ authority }) => readFileSync(authority, 'utf8')).join('\n'))
    const trusting = { MOSAIC_CA_BUNDLE: bundle, NODE_EXTRA_CA_CERTS: bundle }
    const environment = { ...harness.environment, ...trusting, MOSAIC_COORDINATOR_URL: coordinator.url }
    const orchestrator = await startService('services/orchestrator', environment, port)
    const started = new CodeHosts(harness, { coordinator, orchestrator }, hosts)
    for (const [kind, { url: baseUrl, token }] of hosts) {
      const added = await started.client.post('/api/code-hosts', { name: kind, kind, baseUrl, token })
      expect(added).toMatchObject({ status: 200 })
    }
    return started
  }

  get client(): Client {
    return new Client(this.orchestrator.url, async () => {})
  }

  at(kind: CodeHostKind): CodeHostServer {
    return this.hosts.get(kind)!
  }

  /** A new one, and its address. */
  repositoryAt(kind: CodeHostKind): [HostedRepository, string] {
    const host = this.at(kind)
    const name = `${kind === 'gitlab' ? 'group/sub' : 'owner'}/code${++this.#repositories}`
    return [host.addRepository(name), `${host.url}/${name}.git`]
  }

  /** An agent that has done this, and is over; what it does when it is asked again comes after its `finish`. */
  async branchOf(repository: string, ...steps: Step[]): Promise<string> {
    const body = { repository, branch: 'main', task: 'Do it.', yolo: true, model: scenario(steps) }
    const sessionId = await this.client.spawn(body)
    await this.harness.reached(sessionId, 'AgentResourcesReleased', undefined, 120_000)
    return sessionId
  }

  openPr(sessionId: string, over: object = {}, headers: Record<string, string> = {}): Promise<Answer> {
    const coordinator = new Client(this.coordinator.url, async () => {})
    return coordinator.post('/api/pull-requests', { sessionId, ...over }, headers)
  }

  /** What the log says of a pull request. */
  typesOf(opened: Answer): Promise<string[]> {
    return this.harness.typesOf(pullRequestStream.of(String(opened.body['pullRequestId'])))
  }

  until(opened: Answer, type: string, times = 1, timeoutMs = 120_000): Promise<unknown> {
    const isThere = async () => (await this.typesOf(opened)).filter((each) => each === type).length >= times
    return eventually(`${type} ${times}`, isThere, timeoutMs)
  }

  /** What an agent was asked for. */
  async messagesOf(sessionId: string): Promise<string[]> {
    const events = await this.harness.events(sessionId)
    return events.flatMap((event) => (event.type === 'AgentSpawnRequested' ? [event.data.task] : []))
  }

  /** A session, and those that have gone on with its work, in order. */
  async lineOf(sessionId: string): Promise<string[]> {
    const events = await this.harness.events(sessionId)
    const next = events.flatMap((event) => (event.type === 'AgentContinued' ? [event.data.successorSessionId] : []))
    return [sessionId, ...(await Promise.all(next.map((id) => this.lineOf(id)))).flat()]
  }

  async close(): Promise<void> {
    await this.orchestrator.stop()
    await this.coordinator.stop()
    for (const host of this.hosts.values()) await host[Symbol.asyncDispose]()
    await this.harness.close()
  }
}
