import { once } from 'node:events'
import { homedir } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import Docker, { type Container } from 'dockerode'
import { type AgentUser, giveSession } from './agent-user.ts'
import {
  defaultLimits,
  type ExecOptions,
  type Sandbox,
  SandboxGoneError,
  type SandboxProvider,
  type SandboxSpec,
  SandboxStartError,
} from './contract.ts'
import { type DockerEngine, dockerEngineOf } from './docker-engine.ts'
import { containerOptions, containerUser } from './docker-container.ts'
import { startExec } from './docker-exec.ts'
import { onceLabel, sessionLabel } from './docker-label.ts'
import { runOnceInDocker } from './docker-once.ts'
import { type ContainerProcesses, processesOf } from './docker-processes.ts'
import { statusOf, unlessStatus } from './docker-status.ts'
import { Freezer } from './freezer.ts'
import { probe } from './probe.ts'
import { type StartedCommand, superviseCommand } from './supervise-command.ts'

export type DockerSettings = {
  /** Built by infra/deploy/agent-image. */
  readonly image?: string
  /** The one of the environment where it is not given. */
  readonly engine?: DockerEngine
  /** As whom agents' programs run when Mosaic is run by root; everybody else's run as themselves. */
  readonly user?: AgentUser | undefined
}

const defaultImage = 'mosaic-agent:latest'
const answerWithinMs = 3_000

export function dockerProvider(settings: DockerSettings = {}): SandboxProvider {
  const docker = connect(settings.engine)
  const image = settings.image ?? defaultImage
  const provider: SandboxProvider = {
    kind: 'docker',
    available: async () => {
      const reason = await whyNot(docker, image)
      if (reason) return { ok: false, reason }
      await sweepExited(docker)
      return probe(provider)
    },
    create: (spec) => createContainer(docker, { ...settings, image }, spec),
    runOnce: (program) => runOnceInDocker(program, { docker, image, user: settings.user }),
    reattachOrCleanUp: async (sessionId) => {
      const filters = { label: [`${sessionLabel}=${sessionId}`] }
      for (const { Id } of await docker.listContainers({ all: true, filters })) await remove(docker.getContainer(Id))
    },
  }
  return provider
}

/** Ends with the orchestrator that made it, and is there until somebody takes it away: nobody comes back to one that has ended. */
async function sweepExited(docker: Docker): Promise<void> {
  for (const label of [sessionLabel, onceLabel]) {
    const ended = await docker.listContainers({ all: true, filters: { label: [label], status: ['exited', 'dead'] } })
    for (const { Id } of ended) await remove(docker.getContainer(Id))
  }
}

function connect(engine: DockerEngine = dockerEngineOf({ ...process.env, HOME: homedir() })): Docker {
  if ('socketPath' in engine) return new Docker(engine)
  const { tls, ...address } = engine
  return new Docker({ ...address, protocol: tls ? 'https' : 'http', ...tls })
}

async function whyNot(docker: Docker, image: string): Promise<string | undefined> {
  const silence = delay(answerWithinMs, 'the engine does not answer', { ref: false })
  const asked = docker
    .ping()
    .then(() => docker.getImage(image).inspect())
    .then(
      () => undefined,
      (error: unknown) =>
        statusOf(error) === 404
          ? `the image ${image} is not there (infra/deploy/agent-image builds it)`
          : 'no engine answers',
    )
  return Promise.race([asked, silence])
}

type ContainerSettings = DockerSettings & { readonly image: string }

async function createContainer(docker: Docker, settings: ContainerSettings, spec: SandboxSpec): Promise<Sandbox> {
  const limits = { ...defaultLimits, ...spec.limits }
  const { user: given } = settings
  const image = spec.image ?? settings.image
  const user = containerUser(given)
  const goOn = () => spec.signal?.throwIfAborted()
  let container: Container | undefined
  try {
    goOn()
    await giveSession(spec, given)
    container = await docker.createContainer(containerOptions(spec, { image, user, limits }))
    goOn()
    const input = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true })
    const ready = once(input, 'data')
    const closed = new Promise<never>((_, reject) => {
      input.once('close', () => reject(new Error('the container ended at once')))
      input.on('error', reject)
    })
    await Promise.race([Promise.all([container.start(), ready]), closed])
    goOn()
    return assemble(container, input, await Promise.race([processesOf(container), closed]))
  } catch (cause) {
    if (container) await remove(container)
    throw new SandboxStartError(startFailure(cause, image), { cause })
  }
}

function startFailure(cause: unknown, image: string): string {
  if (statusOf(cause) === 404) return `the image ${image} is not on this machine: build it there, or pull it`
  const reason = cause instanceof Error ? cause.message.trim().slice(0, 500) : String(cause)
  return `a container of the image ${image} cannot be started: ${reason}`
}

function assemble(container: Container, input: NodeJS.ReadWriteStream, processes: ContainerProcesses): Sandbox {
  const owed = new Set<StartedCommand>()
  const freezer = new Freezer({
    stop: () => container.pause().catch(unlessStatus(404, 409)),
    go: async () => {
      await container.unpause().catch(unlessStatus(404, 409, 500))
      // Before anything else is let go on.
      await Promise.all([...owed].map((command) => command.kill().catch(() => undefined)))
      owed.clear()
    },
  })
  const { clock } = freezer
  let gone = false
  let disposed: Promise<void> | undefined
  input.on('data', () => undefined)
  input.on('close', () => {
    gone = true
    clock.go()
  })

  const start = async (command: string) => {
    if (gone) throw new SandboxGoneError('the sandbox ended')
    input.write('\n')
    const started = await startExec(container, command)
    const cut = Promise.withResolvers<null>()
    const ended = started.exitCode.then((code) => (gone ? null : code))
    const kill = async () => {
      // All of it has been ended.
      if (gone) return
      if (!clock.frozen) return started.kill()
      // The engine starts nothing in what stands still, so nothing in there can be ended: it is when it would go on.
      owed.add(started)
      cut.resolve(null)
    }
    return { ...started, exitCode: Promise.race([ended, cut.promise]), kill }
  }
  const signalKill = async () => {
    gone = true
    const signalled = await processes.kill()
    clock.go()
    return { signalled }
  }
  const dispose = async () => {
    gone = true
    await remove(container)
    clock.go()
  }
  return {
    kind: 'docker',
    id: container.id,
    guarantees: { filesystem: true, network: true, syscalls: true, memory: true, cpu: true, pids: true, disk: false },
    network: null,
    exec: (command: string, options: ExecOptions) => superviseCommand(() => start(command), options, clock),
    freeze: () => freezer.freeze(),
    thaw: () => freezer.thaw(),
    whileStill: (action) => freezer.whileStill(action),
    // Everybody but the one who asks and the container's first process; what comes after it is not to be met by it.
    endAll: async () => void (await (await start('kill -9 -1')).exitCode),
    signalKill,
    awaitExit: async (timeoutMs) => ({ exited: await processes.awaitEnd(timeoutMs) }),
    descendants: () => processes.alive(),
    dispose: () => (disposed ??= dispose()),
  }
}

async function remove(container: Container): Promise<void> {
  // 409: somebody else is removing it already.
  await container.remove({ force: true, v: true }).catch(unlessStatus(404, 409))
}
