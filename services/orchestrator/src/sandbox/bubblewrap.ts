import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, openSync, readlinkSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import {
  bubblewrapArguments,
  type BubblewrapVersion,
  identityFiles,
  insideHome,
  parseVersion,
} from './bubblewrap-arguments.ts'
import { CommandRunner, runnerScript } from './bubblewrap-runner.ts'
import { type Cgroup, createCgroup } from './cgroup.ts'
import { cgroupName, cleanUpSession, scratchPrefix, sweepOrphans } from './clean-up.ts'
import { commandEnvironment, execVariable } from './command-environment.ts'
import {
  defaultLimits,
  type ExecOptions,
  type Sandbox,
  SandboxGoneError,
  type SandboxProvider,
  type SandboxSpec,
  SandboxStartError,
} from './contract.ts'
import { cgroupEnclosure } from './cgroup-enclosure.ts'
import type { Enclosure } from './enclosure.ts'
import { Freezer } from './freezer.ts'
import { initOf, namespaceEnclosure } from './namespace-enclosure.ts'
import { pollUntil } from './poll-until.ts'
import { probe } from './probe.ts'
import { type ProcessTable, withDescendants } from './process-table.ts'
import { killTree } from './process-tree.ts'
import { superviseCommand } from './supervise-command.ts'

export type BubblewrapSettings = { readonly toolchain?: string }

const startWithinMs = 10_000
const killWithinMs = 5_000

export function bubblewrapProvider(settings: BubblewrapSettings = {}): SandboxProvider {
  const provider: SandboxProvider = {
    kind: 'bubblewrap',
    available: async () => {
      const answer = await probe(provider)
      if (answer.ok) await sweepOrphans()
      return answer
    },
    create: (spec) => createBubblewrap(spec, settings),
    reattachOrCleanUp: cleanUpSession,
  }
  return provider
}

async function createBubblewrap(spec: SandboxSpec, settings: BubblewrapSettings): Promise<Sandbox> {
  const limits = { ...defaultLimits, ...spec.limits }
  const version = await bubblewrapVersion()
  const controlPath = await mkdtemp(join(tmpdir(), scratchPrefix(spec.sessionId)))
  for (const [name, content] of Object.entries(identityFiles)) await writeFile(join(controlPath, name), content)
  const cgroup = createCgroup(cgroupName(spec.sessionId), limits)
  // Root is exempt from RLIMIT_NPROC, also as another uid of a user namespace.
  const limitPids = process.getuid?.() !== 0
  const tools = settings.toolchain ? { toolchain: settings.toolchain } : {}
  const place = { controlPath, limits, version, ...tools }
  const child = spawnInside(
    cgroup,
    [
      'bwrap',
      '--info-fd',
      '3',
      ...bubblewrapArguments(spec, place),
      'sh',
      '-c',
      runnerScript({ ...limits, limitPids }),
    ],
    commandEnvironment({ sessionId: spec.sessionId, home: insideHome, tmp: '/tmp', ...tools }),
  )
  const release = async () => {
    await cgroup.remove()
    await rm(controlPath, { recursive: true, force: true })
  }
  try {
    const { runner, namespace } = await started(child, controlPath)
    const enclosure = cgroup.whole
      ? cgroupEnclosure(cgroup.whole)
      : namespaceEnclosure(initOf(namespace.init, namespace.name))
    const guarantees = { filesystem: true, network: true, ...cgroup.enforced, pids: cgroup.enforced.pids || limitPids }
    return assemble({ child, runner, namespace, enclosure, guarantees, release })
  } catch (error) {
    child.kill('SIGKILL')
    await release()
    throw error
  }
}

async function bubblewrapVersion(): Promise<BubblewrapVersion> {
  const { stdout } = await promisify(execFile)('bwrap', ['--version']).catch((cause: unknown) => {
    throw new SandboxStartError('bubblewrap is not installed', { cause })
  })
  return parseVersion(stdout)
}

/** The shell joins the cgroup and becomes bwrap: no moment outside of the limits. */
function spawnInside(cgroup: Cgroup, command: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  const join = cgroup.procsFiles.map((file) => `echo $$ >'${file}' && `).join('')
  return spawn('/bin/sh', ['-c', `${join}exec "$@"`, 'sh', ...command], {
    env,
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  })
}

async function started(child: ChildProcess, controlPath: string) {
  const complaint = text(child.stderr!)
  const runner = new CommandRunner(child, controlPath)
  const failed = new Promise<never>((_, reject) => {
    child.once('error', (cause) => reject(new SandboxStartError('bubblewrap cannot be started', { cause })))
    child.once('close', async () =>
      reject(new SandboxStartError(`bubblewrap: ${(await complaint).trim().slice(0, 500)}`)),
    )
    setTimeout(() => reject(new SandboxStartError('bubblewrap did not get ready in time')), startWithinMs).unref()
  })
  failed.catch(() => undefined)
  runner.ready.catch(() => undefined)
  const info: { 'child-pid'?: number } = JSON.parse(
    (await Promise.race([text(child.stdio[3] as Readable), failed])) || '{}',
  )
  if (!info['child-pid']) return failed
  await Promise.race([runner.ready, failed])
  return { runner, namespace: holdNamespace(info['child-pid']) }
}

/** While its file is open the kernel does not give the namespace's number to another one. */
function holdNamespace(pid: number) {
  const path = `/proc/${pid}/ns/pid`
  return { fd: openSync(path, 'r'), name: readlinkSync(path), init: pid }
}

type Parts = {
  readonly child: ChildProcess
  readonly runner: CommandRunner
  readonly namespace: { readonly fd: number; readonly name: string }
  readonly enclosure: Enclosure
  readonly guarantees: Sandbox['guarantees']
  release(): Promise<void>
}

function assemble({ child, runner, namespace, enclosure, guarantees, release }: Parts): Sandbox {
  const freezer = new Freezer(enclosure)
  const { clock } = freezer
  let killed = false
  const exited = new Promise<void>((resolve) => {
    child.once('close', () => {
      resolve()
      // Whoever waits for a thaw would wait for ever.
      clock.go()
    })
  })
  let disposed: Promise<void> | undefined

  const start = async (command: string) => {
    const started = await runner.start(command)
    const ofCommand = (table: ProcessTable) =>
      withDescendants(table, (entry) => {
        if (entry.pidNamespace !== namespace.name) return false
        const parent = table.get(entry.parent)
        const isChild = started.reporter !== undefined && parent?.pidInNamespace === started.reporter
        return isChild || entry.environment.has(`${execVariable}=${started.number}`)
      })
    return {
      ...started,
      // Looking for one command's processes costs a look at all of the machine's: not when all of them are ended anyway.
      kill: async () => void (killed || (await killTree(ofCommand, killWithinMs))),
    }
  }
  const signalKill = async () => {
    killed = true
    return { signalled: enclosure.kill() }
  }
  const awaitExit = async (timeoutMs: number) => ({ exited: await pollUntil(enclosure.isEmpty, timeoutMs) })
  const dispose = async () => {
    await signalKill()
    await exited
    await awaitExit(killWithinMs)
    closeSync(namespace.fd)
    await release()
  }
  return {
    kind: 'bubblewrap',
    id: namespace.name,
    guarantees,
    exec: async (command: string, options: ExecOptions) => {
      if (child.exitCode !== null || child.signalCode !== null) throw new SandboxGoneError('the sandbox ended')
      return superviseCommand(() => start(command), options, clock)
    },
    freeze: () => freezer.freeze(),
    thaw: () => freezer.thaw(),
    whileStill: (action) => freezer.whileStill(action),
    signalKill,
    awaitExit,
    descendants: () => enclosure.members(),
    dispose: () => (disposed ??= dispose()),
  }
}
