import { PassThrough } from 'node:stream'
import type { Container, ContainerCreateOptions } from 'dockerode'
import type Docker from 'dockerode'
import { type AgentUser, giveWritable } from './agent-user.ts'
import { type OneShot, type RunningOneShot, SandboxStartError } from './contract.ts'
import { onceLabel } from './docker-label.ts'
import { confinedHost, containerUser, noHealthcheck } from './docker-container.ts'
import { insideScratch, limitedScript, oneShotEnvironment } from './one-shot.ts'

export type DockerPlace = { readonly docker: Docker; readonly image: string; readonly user: AgentUser | undefined }

export async function runOnceInDocker(program: OneShot, place: DockerPlace): Promise<RunningOneShot> {
  let container: Container | undefined
  try {
    await giveWritable(program.mounts, place.user)
    container = await place.docker.createContainer(options(program, place))
    const stream = await container.attach({ stream: true, stdin: true, stdout: true, stderr: true, hijack: true })
    await container.start()
    return running(container, stream)
  } catch (cause) {
    await container?.remove({ force: true, v: true }).catch(() => undefined)
    throw new SandboxStartError('the container cannot be started', { cause })
  }
}

function options(program: OneShot, place: DockerPlace): ContainerCreateOptions {
  const { limits, mounts } = program
  const user = containerUser(place.user)
  const environment = oneShotEnvironment(program, insideScratch)
  return {
    Image: place.image,
    Entrypoint: [],
    Cmd: ['/bin/sh', '-c', limitedScript(program.script, limits, false)],
    Labels: { [onceLabel]: 'true' },
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    User: user,
    WorkingDir: program.folder,
    NetworkDisabled: true,
    Healthcheck: noHealthcheck,
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: confinedHost({ user, limits, mounts, scratch: [insideScratch] }),
  }
}

function running(container: Container, stream: NodeJS.ReadWriteStream): RunningOneShot {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  container.modem.demuxStream(stream, stdout, stderr)
  const end = () => {
    stdout.end()
    stderr.end()
  }
  stream.once('end', end)
  stream.once('close', end)
  stream.on('error', end)
  let killed = false
  const remove = () => container.remove({ force: true, v: true }).catch(() => undefined)
  const exitCode = container
    .wait()
    .then(
      ({ StatusCode }: { StatusCode: number }) => (killed ? null : StatusCode),
      () => null,
    )
    .finally(() => void remove())
  return {
    stdin: stream as unknown as RunningOneShot['stdin'],
    stdout,
    stderr,
    exitCode,
    kill: () => {
      killed = true
      void remove()
    },
  }
}
