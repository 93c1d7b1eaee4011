import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { bearsMark, cgroupName, cleanUpSession, scratchPrefix } from './clean-up.ts'
import { createCgroup } from './cgroup.ts'
import { cgroupEnclosure } from './cgroup-enclosure.ts'
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
import { FreezableTree } from './freezable-tree.ts'
import { probe } from './probe.ts'
import { runOnceAsProcess } from './process-once.ts'
import { type ProcessTable, withDescendants } from './process-table.ts'
import { awaitEmpty, killTree } from './process-tree.ts'
import { lockLimitMark } from './session-mark.ts'
import { superviseCommand } from './supervise-command.ts'

export type ProcessSettings = { readonly toolchain?: string }

const killWithinMs = 5_000
const prlimit = ['/usr/bin/prlimit', '/bin/prlimit'].find((path) => existsSync(path))

/** Plain processes of the orchestrator's own user: told apart and ended for sure, but not locked in. */
export function processProvider(settings: ProcessSettings = {}): SandboxProvider {
  const provider: SandboxProvider = {
    kind: 'process',
    available: async () =>
      existsSync('/proc/self/stat')
        ? probe(provider)
        : { ok: false, reason: 'needs /proc to find every process again' },
    create: (spec) => createProcessSandbox(spec, settings),
    runOnce: runOnceAsProcess,
    reattachOrCleanUp: cleanUpSession,
  }
  return provider
}

async function createProcessSandbox(spec: SandboxSpec, settings: ProcessSettings): Promise<Sandbox> {
  const limits = { ...defaultLimits, ...spec.limits }
  const mark = lockLimitMark(spec.sessionId)
  const home = await mkdtemp(join(tmpdir(), scratchPrefix(spec.sessionId)))
  const cgroup = createCgroup(cgroupName(spec.sessionId), limits)
  const whole = cgroup.whole ? cgroupEnclosure(cgroup.whole) : undefined
  const { toolchain } = settings
  const toolchains = [...(spec.toolchains ?? []), ...(toolchain ? [toolchain] : [])]
  const environment = commandEnvironment({ sessionId: spec.sessionId, home, tmp: home, toolchains }, spec.environment)
  const isMarked = bearsMark(spec.sessionId)
  const tree = new FreezableTree((table) => withDescendants(table, isMarked))
  const joinGroup = cgroup.procsFiles.map((file) => `echo $$ >'${file}'; `).join('')
  // Best effort: an orchestrator that is limited itself may not set the mark, and commands must run all the same.
  const rlimits = prlimit
    ? `${prlimit} --pid $$ --locks=${mark}:${mark} --fsize=${limits.fileBytes} --core=0 2>/dev/null; `
    : ''
  let gone = false
  let disposed: Promise<void> | undefined

  const start = async (command: string) => {
    if (gone) throw new SandboxGoneError('the sandbox ended')
    const execId = randomUUID()
    const child = spawn('/bin/sh', ['-c', `${joinGroup}${rlimits}exec sh -c "$1"`, 'sh', command], {
      cwd: spec.worktreePath,
      env: { ...environment, [execVariable]: execId },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    await spawned(child)
    const ofCommand = (table: ProcessTable) =>
      withDescendants(table, (entry) => entry.pid === child.pid || entry.environment.has(`${execVariable}=${execId}`))
    return {
      stdout: child.stdout,
      stderr: child.stderr,
      exitCode: exitCodeOf(child).then((code) => (gone ? null : code)),
      kill: async () => void (gone || (await killTree(ofCommand, killWithinMs))),
    }
  }
  const signalKill = () => {
    gone = true
    // At one stroke first. A process of our own user may have left its group: the mark finds who has.
    const inGroup = whole?.kill() ?? 0
    tree.clock.go()
    return tree.signalKill().then(({ signalled }) => ({ signalled: Math.max(inGroup, signalled) }))
  }
  // Plain processes may fork between the scan and the signal: killing again is part of waiting.
  const awaitExit = async (timeoutMs: number) => {
    if (gone) await killTree(tree.members, timeoutMs)
    return { exited: await awaitEmpty(tree.members, gone ? 0 : timeoutMs) }
  }
  const dispose = async () => {
    await signalKill()
    await awaitExit(killWithinMs)
    await cgroup.remove()
    await rm(home, { recursive: true, force: true })
  }
  return {
    kind: 'process',
    id: `mark:${mark}`,
    guarantees: { filesystem: false, network: false, syscalls: false, ...cgroup.enforced, disk: false },
    network: null,
    exec: (command: string, options: ExecOptions) => superviseCommand(() => start(command), options, tree.clock),
    freeze: () => tree.freeze(),
    thaw: () => tree.thaw(),
    whileStill: (action) => tree.whileStill(action),
    endAll: async () => void (gone || (await killTree(tree.members, killWithinMs))),
    signalKill,
    awaitExit,
    descendants: () => tree.descendants(),
    dispose: () => (disposed ??= dispose()),
  }
}

function spawned(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', (cause) => reject(new SandboxStartError('a command cannot be started', { cause })))
  })
}

function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)))
  })
}
