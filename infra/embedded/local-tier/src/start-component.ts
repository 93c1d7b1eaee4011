import { join } from 'node:path'
import { startNats } from '@mosaic/embedded-nats'
import { startPostgres } from '@mosaic/embedded-postgres'
import type { ComponentName, RunningComponent } from './component.ts'
import { type EngineUrls, httpUrl, loopback, serviceEnvironment, type TierSettings } from './environment.ts'
import { startNodeService } from './node-service.ts'
import { type Paths, pathsOf } from './paths.ts'

/** Starts one component and settles when it is healthy; rejects with the reason and its last log lines. */
export type StartComponent = (
  name: ComponentName,
  engines: EngineUrls,
  options: { timeoutMs: number; signal: AbortSignal },
) => Promise<RunningComponent>

export const programs: Record<Exclude<ComponentName, 'nats' | 'postgres'>, string> = {
  eventstore: 'infra/embedded/eventstore-node/src/main.ts',
  'scripted-model': 'services/scripted-model/src/main.ts',
  relay: 'services/relay/src/main.ts',
  projector: 'projections/projector/src/main.ts',
  coordinator: 'services/coordinator/src/main.ts',
  orchestrator: 'services/orchestrator/src/main.ts',
  gateway: 'services/gateway/src/main.ts',
}

/** How the local tier's components are started, given its folder and ports. */
export function componentStarter(settings: TierSettings, inherited: NodeJS.ProcessEnv): StartComponent {
  const { dataDir, root, ports } = settings
  const paths = pathsOf(dataDir)
  return async (name, engines, { timeoutMs, signal }) => {
    const logFile = paths.log(name)
    if (name === 'nats') {
      const { close, ...nats } = await startNats({
        data: paths.engine(name),
        port: ports.nats,
        password: settings.secrets.natsPassword,
        logFile,
        timeoutMs,
      })
      return { ...nats, stop: close, probe: { kind: 'nats', url: nats.url } }
    }
    if (name === 'postgres') {
      const { close, ...postgres } = await startPostgres({
        data: paths.engine(name),
        port: ports.postgres,
        logFile,
        timeoutMs,
      })
      return { ...postgres, stop: close, probe: { kind: 'postgres', url: postgres.url } }
    }
    return startNodeService({
      main: join(root, programs[name]),
      cwd: root,
      logFile,
      timeoutMs,
      signal,
      env: serviceEnvironment(name, settings, engines, inherited),
      ...(name === 'eventstore' ? eventStore(paths, settings) : service(settings, name)),
    })
  }
}

function service({ ports, secrets }: TierSettings, name: ComponentName) {
  const url = httpUrl(ports[name])
  return { url, probe: { kind: 'service', url, token: secrets.serviceToken } } as const
}

/** The node can be used without the rest of Mosaic, so that it takes arguments like any server. */
function eventStore({ tls, engine }: Paths, { ports, secrets }: TierSettings) {
  const address = `${loopback}:${ports.eventstore}`
  return {
    url: `esdb://admin:${secrets.eventStorePassword}@${address}?tls=true&tlsCAFile=${encodeURIComponent(tls.authority)}`,
    probe: { kind: 'eventstore', url: `https://${address}`, authority: tls.authority },
    args: [
      '--data',
      engine('eventstore'),
      '--port',
      String(ports.eventstore),
      '--host',
      loopback,
      '--tls-cert',
      tls.certificate,
      '--tls-key',
      tls.key,
    ],
  } as const
}
