import { fileURLToPath } from 'node:url'
import { createLogger } from '@mosaic/runtime'
import type { ComponentName } from '../src/component.ts'
import { httpUrl } from '../src/environment.ts'
import { startNodeService } from '../src/node-service.ts'
import { pathsOf } from '../src/paths.ts'
import { componentStarter, type StartComponent } from '../src/start-component.ts'
import { type RunningTier, startTier, type TierOptions } from '../src/start-tier.ts'

export type StandIns = Partial<Record<ComponentName, 'well' | 'sick' | 'refuse' | 'misconfigured'>>

const main = fileURLToPath(new URL('./stand-in-service.ts', import.meta.url))

/** The local tier with the real nats-server and Postgres, and stand-ins for the services. */
export function startStandInTier(
  dataDir: string,
  standIns: StandIns = {},
  options: Partial<TierOptions> = {},
  signal?: AbortSignal,
): Promise<RunningTier> {
  const tier: TierOptions = {
    dataDir,
    root: process.cwd(),
    host: '127.0.0.1',
    startLimitMs: 60_000,
    env: process.env,
    logger: createLogger({ name: 'supervisor', level: 'silent' }),
    onChange: () => {},
    starter: (ports) => {
      const engines = componentStarter(
        {
          dataDir,
          root: '',
          host: '127.0.0.1',
          instanceId: '',
          secrets: { serviceToken: '', eventStorePassword: '', natsPassword: 'hidden' },
          ports,
          compileCache: pathsOf(dataDir).cache,
        },
        process.env,
      )
      const start: StartComponent = (name, urls, limits) => {
        if (name === 'nats' || name === 'postgres') return engines(name, urls, limits)
        return startNodeService({
          main,
          cwd: process.cwd(),
          env: { ...process.env, MOSAIC_PORT: String(ports[name]), STAND_IN: standIns[name] ?? 'well' },
          logFile: pathsOf(dataDir).log(name),
          probe: { kind: 'service', url: httpUrl(ports[name]), token: '' },
          url: httpUrl(ports[name]),
          signal: limits.signal,
          // What never gets well is given up soon; the others have their time on a slow machine.
          timeoutMs: standIns[name] === 'sick' ? 2000 : limits.timeoutMs,
        })
      }
      return start
    },
    ...options,
  }
  return startTier(tier, signal)
}
