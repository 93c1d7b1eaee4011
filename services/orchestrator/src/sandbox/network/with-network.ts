import { chmodSync, chownSync } from 'node:fs'
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { HostRule } from '@mosaic/contracts/agent-session'
import { type Network, WayOut } from '../../egress/index.ts'
import type { AgentUser } from '../agent-user.ts'
import { scratchPrefix } from '../clean-up.ts'
import { type Sandbox, type SandboxProvider, type SandboxSpec, SandboxStartError } from '../contract.ts'
import { writeAuthorities } from './authorities.ts'
import {
  addedAuthorities,
  attachVariable,
  type Authorities,
  authorityVariables,
  proxyVariables,
} from './environment.ts'
import { Forwarder } from './forwarder.ts'
import { impatient } from './want-of-network.ts'

export type NetworkSettings = {
  readonly network: Network
  readonly user: AgentUser | undefined
  readonly authorities: Authorities | undefined
}

const programs = {
  forward: fileURLToPath(new URL('../../egress/inside/forward.mts', import.meta.url)),
  attach: fileURLToPath(new URL('../../egress/inside/attach.mts', import.meta.url)),
}

/** Sandboxes that have a way out where their spec names hosts or services. Plain processes have the machine's network anyway. */
export const withNetwork = (provider: SandboxProvider, settings: NetworkSettings): SandboxProvider => ({
  ...provider,
  async create(spec) {
    const isLocked = provider.kind !== 'process'
    const hosts = spec.network?.kind === 'hosts' ? spec.network.hosts : spec.services ? [] : undefined
    return hosts && isLocked
      ? createWithWayOut(provider, settings, { ...spec, hosts })
      : provider.create(isLocked ? { ...spec, environment: { ...impatient, ...spec.environment } } : spec)
  },
})

type Open = SandboxSpec & { readonly hosts: readonly HostRule[] }

async function createWithWayOut(provider: SandboxProvider, settings: NetworkSettings, spec: Open): Promise<Sandbox> {
  const { network, user } = settings
  const folder = await mkdtemp(join(tmpdir(), scratchPrefix(spec.sessionId)))
  const wayOut = new WayOut({
    hosts: spec.hosts,
    network,
    tell: spec.onConnections ?? (() => Promise.resolve()),
    services: spec.services,
  })
  const release = async () => {
    await wayOut.close()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const [socket, forward, attach] = [join(folder, 'socket'), join(folder, 'forward.mts'), join(folder, 'attach.mts')]
    await Promise.all([wayOut.listen(socket), copyFile(programs.forward, forward), copyFile(programs.attach, attach)])
    admit({ folder, socket, programs: [forward, attach] }, user)
    const authorities = await authoritiesFor(spec, settings, folder)
    const sandbox = await provider.create({
      ...spec,
      readOnlyPaths: [...(spec.readOnlyPaths ?? []), folder, ...(authorities ? [authorities.folder] : [])],
      environment: {
        ...proxyVariables,
        ...(authorities ? authorityVariables(authorities) : {}),
        ...(spec.services && { [attachVariable]: attach }),
        ...spec.environment,
      },
    })
    const forwarder = new Forwarder(sandbox, wayOut, forward)
    const failure = await forwarder.listens()
    if (failure) {
      await sandbox.dispose()
      throw new SandboxStartError(`the way out cannot be started inside: ${failure.stderr.trim().slice(0, 300)}`)
    }
    return opened(sandbox, { wayOut, forwarder, release })
  } catch (error) {
    await release()
    throw error
  }
}

/** The machine's, and the repository's with them. */
async function authoritiesFor(
  { certificates }: SandboxSpec,
  { authorities }: NetworkSettings,
  folder: string,
): Promise<Authorities | undefined> {
  if (certificates === undefined) return authorities
  const bundles = authorities ? [await readFile(addedAuthorities(authorities), 'utf8')] : []
  return writeAuthorities([...bundles, certificates], join(folder, 'authorities'))
}

type Files = { readonly folder: string; readonly socket: string; readonly programs: readonly string[] }

/** Only whom the sandbox runs as gets at the socket. */
function admit({ folder, socket, programs: shown }: Files, user: AgentUser | undefined): void {
  if (user) for (const path of [folder, socket]) chownSync(path, 0, user.gid)
  for (const program of shown) chmodSync(program, 0o644)
  chmodSync(folder, user ? 0o710 : 0o700)
  chmodSync(socket, user ? 0o660 : 0o600)
}

type Way = { readonly wayOut: WayOut; readonly forwarder: Forwarder; release(): Promise<void> }

function opened(sandbox: Sandbox, { wayOut, forwarder, release }: Way): Sandbox {
  return {
    ...sandbox,
    network: {
      async allow(hosts) {
        wayOut.allow(hosts)
        await forwarder.restart()
      },
    },
    async exec(command, options) {
      await forwarder.listens()
      return sandbox.exec(command, options)
    },
    async endAll() {
      await sandbox.endAll()
      await forwarder.gone()
    },
    freeze() {
      wayOut.freeze()
      return sandbox.freeze()
    },
    async thaw() {
      await sandbox.thaw()
      wayOut.thaw()
    },
    signalKill() {
      wayOut.cut()
      return sandbox.signalKill()
    },
    async dispose() {
      wayOut.cut()
      await sandbox.dispose()
      await release()
    },
  }
}
