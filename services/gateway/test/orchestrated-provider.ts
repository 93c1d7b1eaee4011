import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SpawnAgentInput } from '@mosaic/contracts/agent-session'
import { orchestratorRoutes } from '@mosaic/contracts/http'
import { connectEventStore } from '@mosaic/event-store'
import { eventually, postgresDatabase, serviceToken, startEventStore, startMessaging, startService } from '@mosaic/kit'
import { connectMessaging } from '@mosaic/messaging'
import { connectPostgres, followProgress } from '@mosaic/postgres'
import { createLogger } from '@mosaic/runtime'
import { createFeed } from '../src/live/feed.ts'
import { createKillers } from '@mosaic/http/killers'
import { createOrchestratedProvider } from '../src/providers/orchestrated.ts'
import { createUpstream } from '@mosaic/http'
import type { ProviderUnderTest } from './provider-conformance.ts'

/** How sessions of one runtime come to be, and what they promise. */
type Sessions = Pick<ProviderUnderTest, 'runtime' | 'capabilities'> & {
  /** The orchestrator, or one that has more runtimes. */
  readonly program?: string
  readonly spawn: (here: { readonly folder: string }) => Partial<SpawnAgentInput>
}

/** Our own provider on real engines and services, with sessions of one runtime. */
export async function startOrchestratedProvider(of: Sessions): Promise<ProviderUnderTest> {
  const folder = mkdtempSync(join(tmpdir(), 'mosaic-provider-'))
  const [eventStore, nats, postgres] = await Promise.all([startEventStore(), startMessaging(), postgresDatabase()])
  const env = { MOSAIC_EVENTSTORE_URL: eventStore.url, MOSAIC_NATS_URL: nats.url, MOSAIC_POSTGRES_URL: postgres.url }
  const model = await startService('services/scripted-model', { MOSAIC_SCRIPTED_SPEED: '20' })
  const services = await Promise.all([
    startService(of.program ?? 'services/orchestrator', {
      ...env,
      MOSAIC_DATA_DIR: folder,
      MOSAIC_SCRIPTED_MODEL_URL: model.url,
    }),
    startService('services/relay', env),
    startService('projections/projector', env),
  ])
  const store = connectEventStore({ connectionString: eventStore.url, instanceId: 'test' })
  const messaging = connectMessaging({ url: nats.url, name: 'test' })
  const reader = connectPostgres({ url: postgres.url, applicationName: 'test', access: 'reader' })
  const progress = followProgress({ url: postgres.url, applicationName: 'test', db: reader.db })
  const feed = createFeed(store, messaging, createLogger({ name: 'test', level: 'silent' }))
  const orchestrator = createUpstream({
    name: 'orchestrator',
    url: services[0].url,
    unavailable: 'ORCHESTRATOR_UNAVAILABLE',
    headers: { authorization: `Bearer ${serviceToken}` },
  })
  const body = { task: 'Ask, then finish.', runtime: of.runtime, ...of.spawn({ folder }) }

  const killers = createKillers({ url: undefined, dataFolder: folder, serviceToken })
  const provider = createOrchestratedProvider({
    eventStore: store,
    feed,
    postgres: reader,
    progress,
    orchestrator,
    killers,
  })
  const viewer = { workspaceId: 'default' }
  await eventually('the read models are there', () =>
    provider.listSessions({ limit: 1 }, viewer).then(
      ({ ok }) => ok,
      () => false,
    ),
  )

  return {
    ...of,
    provider,
    async spawn() {
      const spawned = await orchestrator.call(orchestratorRoutes.spawn, { body, timeoutMs: 60_000 })
      if (!spawned.ok) throw new Error(spawned.error.message)
      return spawned.value
    },
    async close() {
      feed.close()
      await Promise.allSettled([store.close(), messaging.close(), progress.close()])
      await reader.close()
      await Promise.allSettled([...services, model].map((service) => service.stop('SIGTERM')))
      await Promise.allSettled([eventStore, nats, postgres].map((engine) => engine.close()))
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** An agent of our own that is played from a scenario, in a repository. */
export const scriptedAgent = ({ folder }: { readonly folder: string }) => ({
  repository: makeRepository(folder),
  model: `scripted:${writeScenario(folder)}`,
})

function makeRepository(parent: string): string {
  const folder = join(parent, 'repository')
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', '-C', parent, ...args])
  git('init', '-q', '-b', 'main', folder)
  git('-C', folder, 'commit', '-q', '--allow-empty', '-m', 'first')
  return folder
}

function writeScenario(folder: string): string {
  const file = join(folder, 'scenario.yaml')
  const steps = [
    { call: { tool: 'ask_operator', input: { question: 'Go on?' } } },
    { call: { tool: 'finish', input: { summary: 'went on', outcome: 'completed' } } },
  ]
  // JSON is YAML.
  writeFileSync(file, JSON.stringify({ name: 'test', description: 'of a test', agents: [{ name: 'agent', steps }] }))
  return file
}
