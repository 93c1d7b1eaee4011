import type { ChildProcess } from 'node:child_process'
import { closeSync, openSync, readlinkSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterAwake } from '@mosaic/runtime'
import { type AgentUser, giveSession } from './agent-user.ts'
import { insideHome, sessionMounts } from './bubblewrap-arguments.ts'
import { becomeBubblewrap, findBubblewrap, limitsPids } from './bubblewrap-launch.ts'
import { runOnceInBubblewrap } from './bubblewrap-once.ts'
import { CommandRunner, type ControlFolder, controlFolderFor, runnerScript } from './bubblewrap-runner.ts'
import { cleanUpSession, noteGroup, sweepOrphans } from './clean-up.ts'
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
import { launchAs } from './launch.ts'
import { initOf, namespaceEnclosure } from './namespace-enclosure.ts'
import { pollUntil } from './poll-until.ts'
import { probe } from './probe.ts'
import { type ProcessTable, withDescendants } from './process-table.ts'
import { killTree } from './process-tree.ts'
import { filteredMachine } from './seccomp/filter.ts'
import { infoFd, Shells } from './shells.ts'
import { superviseCommand } from './supervise-command.ts'

export type BubblewrapSettings = {
  readonly toolchain?: string
  /** As whom agents' programs run when Mosaic is run by root. */
  readonly user?: AgentUser | undefined
}

const startWithinMs = 10_000
const killWithinMs = 5_000

export function bubblewrapProvider(settings: BubblewrapSettings = {}): SandboxProvider {
  const shells = new Shells()
  const provider: SandboxProvider = {
    kind: 'bubblewrap',
    available: async () => {
      const answer = await probe(provider)
      if (answer.ok) await sweepOrphans()
      return answer
    },
    create: (spec) => createBubblewrap(spec, settings, shells),
    runOnce: (program) => runOnceInBubblewrap(program, { user: settings.user, shells }),
    reattachOrCleanUp: cleanUpSession,
  }
  return provider
}

async function createBubblewrap(spec: SandboxSpec, settings: BubblewrapSettings, shells: Shells): Promise<Sandbox> {
  const limits = { ...defaultLimits, ...spec.limits }
  const { program: bwrap, version } = await findBubblewrap()
  const { toolchain, user } = settings
  const controlPath = await controlFolderFor(spec.sessionId, user)
  await giveSession(spec, user)
  const toolchains = [...(spec.toolchains ?? []), ...(toolchain ? [toolchain] : [])]
  const mounts = sessionMounts(spec, toolchain)
  const { program, sourceOf } = launchAs(bwrap, user, [controlPath, ...mounts.map(({ path }) => path)])
  const shell = shells.take(limits)
  const { child, cgroup } = shell
  noteGroup(controlPath, shell.name)
  const limitPids = limitsPids(user, cgroup)
  becomeBubblewrap(shell, {
    program,
    view: { folder: spec.worktreePath, mounts, controlPath, limits, version, sourceOf },
    script: runnerScript({ ...limits, limitPids }),
    environment: commandEnvironment(
      { sessionId: spec.sessionId, home: insideHome, tmp: '/tmp', toolchains },
      spec.environment,
    ),
  })
  const release = async () => {
    await cgroup.remove()
    await rm(controlPath, { recursive: true, force: true })
  }
  try {
    const { runner, namespace } = await started(child, { path: controlPath, user })
    shells.keepOneSoon()
    const enclosure = cgroup.whole
      ? cgroupEnclosure(cgroup.whole)
      : namespaceEnclosure(initOf(namespace.init, namespace.name))
    const guarantees = {
      filesystem: true,
      network: true,
      syscalls: filteredMachine() !== undefined,
      ...cgroup.enforced,
      pids: cgroup.enforced.pids || limitPids,
      disk: false,
    }
    return assemble({ child, runner, namespace, enclosure, guarantees, release })
  } catch (error) {
    shell.end()
    await release()
    throw error
  }
}

async function started(child: ChildProcess, control: ControlFolder) {
  const complaint = text(child.stderr!)
  const runner = new CommandRunner(child, control)
  const { promise: failed, reject } = Promise.withResolvers<never>()
  child.once('error', (cause) => reject(new SandboxStartError('bubblewrap cannot be started', { cause })))
  child.once('close', async () =>
    reject(new SandboxStartError(`bubblewrap: ${(await complaint).trim().slice(0, 500)}`)),
  )
  const late = new SandboxStartError('bubblewrap did not get ready in time')
  const deadline = afterAwake(startWithinMs, () => reject(late))
  failed.catch(() => undefined)
  runner.ready.catch(() => undefined)
  try {
    const info: { 'child-pid'?: number } = JSON.parse(
      (await Promise.race([text(child.stdio[infoFd] as Readable), failed])) || '{}',
    )
    if (!info['child-pid']) return await failed
    await Promise.race([runner.ready, failed])
    return { runner, namespace: holdNamespace(info['child-pid']) }
  } finally {
    deadline.clear()
  }
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
        const { reporter } = started
        const isReporter = (one?: typeof entry) => reporter !== undefined && one?.pidInNamespace === reporter
        // Stopped with everything else, it would hold the command's pipes and never tell of its end.
        if (clock.frozen && isReporter(entry)) return true
        return isReporter(table.get(entry.parent)) || entry.environment.has(`${execVariable}=${started.number}`)
      })
    return {
      ...started,
      // Looking for one command's processes costs a look at all of the machine's: not when all of them are ended anyway.
      kill: async () => void (killed || (await killTree(ofCommand, killWithinMs))),
    }
  }
  const ofCommands = (table: ProcessTable) =>
    [...table.values()].filter((entry) => entry.pidNamespace === namespace.name && entry.pidInNamespace !== 1)
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
    network: null,
    exec: async (command: string, options: ExecOptions) => {
      // What the kernel says comes before what we have heard of the end.
      if (enclosure.isEmpty()) throw new SandboxGoneError('the sandbox ended')
      return superviseCommand(() => start(command), options, clock)
    },
    freeze: () => freezer.freeze(),
    thaw: () => freezer.thaw(),
    whileStill: (action) => freezer.whileStill(action),
    endAll: async () => void (killed || (await killTree(ofCommands, killWithinMs))),
    signalKill,
    awaitExit,
    descendants: () => enclosure.members(),
    dispose: () => (disposed ??= dispose()),
  }
}
