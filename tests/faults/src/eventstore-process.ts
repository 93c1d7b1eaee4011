import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(import.meta.resolve('@mosaic/eventstore-node/main'))

/** The node in a process of its own, to be treated badly. */
export interface NodeProcess {
  child: ChildProcess
  /** The process that serves; another than `child` when that is a tracer. */
  url: string
  /** Ends it at once, without a chance to clean up. */
  kill(): Promise<void>
  /** Asks it to stop; answers its exit code. */
  stop(): Promise<number | null>
  output(): string
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** Starts a node; rejects with what it said when it does not come up. `tracer` is put before the command. */
export async function startNode(data: string, port: number, tracer: string[] = []): Promise<NodeProcess> {
  const [command = process.execPath, ...rest] = [...tracer, process.execPath]
  const args = [...rest, MAIN, '--data', data, '--port', String(port)]
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], detached: true })
  let output = ''
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve))
  await new Promise<void>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      output += chunk.toString()
      if (output.includes('node ready')) resolve()
    }
    child.stdout.on('data', listen)
    child.stderr.on('data', listen)
    child.once('exit', () => reject(new Error(output.trim() || 'the node ended without a word')))
  })
  // The group, so that a tracer's child goes with it.
  const signal = (name: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid!, name)
    return exited
  }
  return {
    child,
    url: `esdb://127.0.0.1:${port}?tls=false`,
    kill: async () => {
      await signal('SIGKILL')
    },
    stop: () => signal('SIGTERM'),
    output: () => output,
  }
}
