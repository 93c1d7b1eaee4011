import { readdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import Docker from 'dockerode'
import { dockerEngineOf } from '../src/sandbox/docker-engine.ts'
import { sessionLabel } from '../src/sandbox/docker-label.ts'

/** What is left on the machine of sandboxes of these sessions: folders, containers whatever their state is. */
export async function leftBehind(sessionIds: readonly string[]): Promise<string[]> {
  const isTheirs = (name: string) => sessionIds.some((sessionId) => name.includes(sessionId))
  return [...readdirSync(tmpdir()), ...(await labels())].filter(isTheirs)
}

async function labels(): Promise<string[]> {
  const engine = dockerEngineOf({ ...process.env, HOME: homedir() })
  if (!('socketPath' in engine)) return []
  const docker = new Docker(engine)
  const isThere = await docker.ping().then(
    () => true,
    () => false,
  )
  if (!isThere) return []
  const containers = await docker.listContainers({ all: true, filters: { label: [sessionLabel] } })
  return containers.map(({ Labels }) => Labels[sessionLabel] ?? '')
}
