import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(import.meta.resolve('@mosaic/eventstore-node/main'))

export type NodeProcess = { readonly url: string; readonly pid: number; close(): Promise<void> }

/** The node as people run it: in a process of its own, with a store on disk. `main`: that of another checkout. */
export async function startNodeProcess(main = MAIN): Promise<NodeProcess> {
  const data = mkdtempSync(join(tmpdir(), 'mosaic-bench-eventstore-'))
  const child = spawn(process.execPath, [main, '--data', data, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      const [found] = /esdb:\S+/.exec(chunk.toString()) ?? []
      if (found) resolve(found)
    })
    child.once('exit', () => reject(new Error('the node did not start')))
  })
  return {
    url,
    pid: child.pid!,
    close: async () => {
      const gone = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await gone
      rmSync(data, { recursive: true, force: true })
    },
  }
}

/** Resident memory of a process in MB. */
export function memoryOf(pid: number): number {
  const [rss = '0'] = /(?<=VmRSS:\s+)\d+/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(rss) / 1024
}
