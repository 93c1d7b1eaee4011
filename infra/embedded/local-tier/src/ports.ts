import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { identifyProcess, isAlive, type ProcessIdentity } from '@mosaic/runtime'
import { type ComponentName, componentNames, usualPorts } from './component.ts'

export type Ports = Record<ComponentName, number>

/** What choosing a port depends on. */
export type PortCheck = {
  /** Whether nobody listens on it and no other instance is about to; if so, it is ours from now on. */
  take(port: number): Promise<boolean>
  /** A port that the system says is free. */
  any(): Promise<number>
}

/**
 * A port for each component: the one it had before, else its usual one, else that plus 10, 20, … (instances side by
 * side keep the same last digit), else any. `wanted` is tried before all others for its component; 0 means any.
 */
export async function choosePorts(
  check: PortCheck,
  { recorded = {}, wanted = {} }: { recorded?: Partial<Ports>; wanted?: Partial<Ports> },
): Promise<Ports> {
  const chosen: Partial<Ports> = {}
  for (const name of componentNames) {
    chosen[name] = await firstTaken(check, candidates(wanted[name], recorded[name], usualPorts[name]))
  }
  return chosen as Ports
}

function candidates(wanted: number | undefined, recorded: number | undefined, usual: number): number[] {
  if (wanted === 0) return []
  const start = wanted ?? usual
  const steps = Array.from({ length: 10 }, (_, step) => start + 10 * step)
  return [wanted ?? recorded ?? usual, ...steps].filter((port) => port < 65_536)
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
 * Ports of this machine. Instances that start at the same moment would all find the same port free, so each marks
 * what it takes with a file in the system's temporary folder; a mark counts for as long as its process lives.
 */
export function machinePorts(
  host: string,
  folder = join(tmpdir(), `mosaic-ports-${process.getuid?.() ?? 0}`),
): PortCheck & { release(): void } {
  const self = identifyProcess(process.pid)
  const marks = new Set<string>()
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  return {
    async take(port) {
      const mark = join(folder, String(port))
      if (marks.has(mark) || markedByAnother(mark) || (await listenOnce(host, port)) === undefined) return false
      try {
        rmSync(mark, { force: true })
        writeFileSync(mark, JSON.stringify(self), { flag: 'wx' })
      } catch {
        // Another instance was quicker.
        return false
      }
      marks.add(mark)
      return true
    },
    async any() {
      return (await listenOnce(host, 0)) ?? 0
    },
    release() {
      for (const mark of marks) rmSync(mark, { force: true })
      marks.clear()
    },
  }
}

function markedByAnother(mark: string): boolean {
  try {
    const owner = JSON.parse(readFileSync(mark, 'utf8')) as ProcessIdentity
    return isAlive(owner)
  } catch {
    return false
  }
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
