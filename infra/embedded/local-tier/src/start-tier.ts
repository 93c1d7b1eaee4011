import { rmSync } from 'node:fs'
import { type Logger, takeLock } from '@mosaic/runtime'
import { type ComponentName, componentNames } from './component.ts'
import { ensureCertificate } from './certificate.ts'
import type { EngineUrls } from './environment.ts'
import { askHealth } from './health.ts'
import { ensureSecrets, instanceId, type Secrets } from './instance.ts'
import { graceMs, processesOf, untilGone } from './leftovers.ts'
import { cutLog } from './log-files.ts'
import { createFolders, type Paths, pathsOf } from './paths.ts'
import { choosePorts, machinePorts, type Ports } from './ports.ts'
import { componentStarter, type StartComponent } from './start-component.ts'
import { startInOrder, stopInReverse } from './order.ts'
import { recordState } from './record-state.ts'
import { type Addresses, readState, type State, writeAddresses } from './state.ts'
import { type ComponentChange, type Supervised, supervise } from './supervise.ts'

export type TierOptions = {
  dataDir: string
  /** The folder of the clone that the services run from. */
  root: string
  /** The address that the gateway listens on; loopback unless the operator says otherwise. */
  host: string
  /** The port that the gateway should have. */
  gatewayPort?: number
  /** How long one start of a component may take, in milliseconds. */
  startLimitMs: number
  env: NodeJS.ProcessEnv
  logger: Logger
  onChange(name: ComponentName, change: ComponentChange): void
  /** The gateway is not started before this settles: it serves pages that may have to be built. */
  pages?: Promise<unknown>
  /** Replaces how components are started. */
  starter?(ports: Ports): StartComponent
}

export type RunningTier = {
  addresses: Addresses
  /** Stops every component, the last started first. Settles when all processes are gone. */
  stop(): Promise<void>
}

/** Thrown when another supervisor has this data folder. */
export class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError'
}

/**
 * Starts the local tier in a data folder and settles when every component is healthy. From then on what dies is
 * restarted. `signal` gives up a start that is under way. Throws AlreadyRunningError or TierStartError.
 */
export async function startTier(options: TierOptions, signal?: AbortSignal): Promise<RunningTier> {
  const paths = pathsOf(options.dataDir)
  createFolders(paths)
  const lock = takeLock(paths.lock)
  if (!lock) throw new AlreadyRunningError(`${options.dataDir} is in use by a running instance`)
  const machine = machinePorts(options.host)
  let released = false
  const release = () => {
    if (released) return
    released = true
    machine.release()
    lock.release()
  }
  try {
    const before = await cleanUpAfterLastTime(paths)
    const ports = await choosePorts(machine, {
      recorded: before?.ports ?? {},
      wanted: options.gatewayPort === undefined ? {} : { gateway: options.gatewayPort },
    })
    const secrets = ensureSecrets(paths)
    await ensureCertificate(paths)
    return await run(options, { paths, ports, secrets, release }, signal)
  } catch (error) {
    release()
    throw error
  }
}

/** A supervisor that was killed leaves records behind, and perhaps processes that are still ending. */
async function cleanUpAfterLastTime(paths: Paths): Promise<State | undefined> {
  const before = readState(paths)
  if (before) await untilGone(processesOf(before), graceMs)
  rmSync(paths.run, { force: true })
  for (const name of componentNames) cutLog(paths.log(name))
  return before
}

async function run(
  options: TierOptions,
  { paths, ports, secrets, release }: { paths: Paths; ports: Ports; secrets: Secrets; release: () => void },
  signal: AbortSignal | undefined,
): Promise<RunningTier> {
  const records = recordState(paths, ports, options.logger)
  const urls: Partial<Record<ComponentName, string>> = {}
  const start =
    options.starter?.(ports) ??
    componentStarter(
      {
        dataDir: options.dataDir,
        root: options.root,
        host: options.host,
        instanceId: instanceId(paths),
        secrets,
        ports,
        compileCache: paths.cache,
      },
      options.env,
    )
  const supervised = new Map<ComponentName, Supervised>()
  const logCutter = setInterval(() => componentNames.forEach((name) => cutLog(paths.log(name))), 60_000)

  let stopped: Promise<void> | undefined
  const stop = () => {
    stopped ??= (async () => {
      records.status('stopping')
      rmSync(paths.run, { force: true })
      await stopInReverse(supervised)
      clearInterval(logCutter)
      records.stopped()
      release()
    })()
    return stopped
  }

  const superviseOne = (name: ComponentName) =>
    supervise({
      async start(limits) {
        if (name === 'gateway') await options.pages
        return start(name, engineUrls(urls), limits)
      },
      onChange(change) {
        if (change.status === 'running') urls[name] = change.running.url
        records.change(name, change)
        options.onChange(name, change)
      },
      logger: options.logger.child({ component: name }),
      startLimitMs: options.startLimitMs,
      // After a full disk JetStream is off until the server starts again.
      ...(name === 'nats' && { answers: async ({ probe }) => (await askHealth(probe)).status !== 'unhealthy' }),
    })

  try {
    await startInOrder(supervised, superviseOne, signal)
    const addresses = addressesOf(urls)
    writeAddresses(paths, addresses)
    records.status('running')
    return { addresses, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function engineUrls({ eventstore, nats, postgres }: Partial<Record<ComponentName, string>>): EngineUrls {
  return { ...(eventstore && { eventstore }), ...(nats && { nats }), ...(postgres && { postgres }) }
}

function addressesOf(urls: Partial<Record<ComponentName, string>>): Addresses {
  const { eventstore = '', nats = '', postgres = '', gateway = '', orchestrator = '' } = urls
  return { eventstore, nats, postgres, gateway, orchestrator }
}
