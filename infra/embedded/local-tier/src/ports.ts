import { lstatSync, mkdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type FileLock, takeLock } from '@mosaic/runtime'
import { portHolder } from './port-holder.ts'
import { type ComponentName, componentNames, usualPorts } from './component.ts'

export type Ports = Record<ComponentName, number>

/** What choosing a port depends on. */
export type PortCheck = {
  /** Whether nobody listens on it and no other instance is about to; if so, it is ours from now on. */
  take(port: number): Promise<boolean>
  /** A port that the system says is free. */
  any(): Promise<number>
}

/** Thrown when somebody else has the port that a person asked for: they get that one, or none. */
export class PortTakenError extends Error {
  override readonly name = 'PortTakenError'

  constructor(port: number, holder = portHolder(port)) {
    super(`port ${port} is taken${holder ? ` by ${holder}` : ''}: choose another with --port, or leave it to Mosaic`)
  }
}

/**
 * A port for each component: the one it had before, else its usual one, else that plus 10, 20, … (instances side by
 * side keep the same last digit), else any. For what is `wanted` it is that one; 0 means any. Throws PortTakenError.
 */
export async function choosePorts(
  check: PortCheck,
  { recorded = {}, wanted = {} }: { recorded?: Partial<Ports>; wanted?: Partial<Ports> },
): Promise<Ports> {
  const chosen: Partial<Ports> = {}
  // First what a person asked for, so that no other component is given it.
  for (const name of componentNames) {
    const port = wanted[name]
    if (!port) continue
    if (!(await check.take(port))) throw new PortTakenError(port)
    chosen[name] = port
  }
  for (const name of componentNames) {
    chosen[name] ??= await firstTaken(check, wanted[name] === 0 ? [] : candidates(recorded[name], usualPorts[name]))
  }
  return chosen as Ports
}

function candidates(recorded: number | undefined, usual: number): number[] {
  const steps = Array.from({ length: 10 }, (_, step) => usual + 10 * step)
  return [recorded ?? usual, ...steps]
}

async function firstTaken(check: PortCheck, candidates: readonly number[]): Promise<number> {
  for (const port of candidates) if (await check.take(port)) return port
  for (let attempt = 0; attempt < 20; attempt++) {
    const port = await check.any()
    if (await check.take(port)) return port
  }
  throw new Error('No free port was found')
}

/**
 * Ports of this machine. Instances that start at the same moment would all find the same port free, so each holds a lock
 * on what it takes, by a file in the system's temporary folder, until it listens there itself. The files stay, and are
 * empty: who removed one that another has just opened would let a third have its lock as well.
 */
export function machinePorts(
  host: string,
  folder = join(tmpdir(), `mosaic-ports-${process.getuid?.() ?? 0}`),
): PortCheck & { release(): void } {
  const locks = new Map<number, FileLock>()
  const isOurs = makeOwnFolder(folder)
  return {
    async take(port) {
      // Whoever has the folder could have us wait for ever, or write where they like: then it goes without locks.
      if (!isOurs) return (await listenOnce(host, port)) !== undefined
      const lock = locks.has(port) ? undefined : takeLock(join(folder, `${port}.lock`))
      if (!lock) return false
      if ((await listenOnce(host, port)) === undefined) {
        lock.release()
        return false
      }
      locks.set(port, lock)
      return true
    },
    async any() {
      return (await listenOnce(host, 0)) ?? 0
    },
    release() {
      for (const lock of locks.values()) lock.release()
      locks.clear()
    },
  }
}

/** False where another user was there first: the folder it stands in is everybody's. */
function makeOwnFolder(folder: string): boolean {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0
}

function listenOnce(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(undefined))
    probe.listen({ host, port, exclusive: true }, () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : undefined))
    })
  })
}
