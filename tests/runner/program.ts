import { type ChildProcess, spawn } from 'node:child_process'
import type { Run } from './count.ts'

type How = {
  readonly cwd: string
  readonly env: NodeJS.ProcessEnv
  /** What the program prints. */
  readonly say: (text: string) => void
  readonly limitMs: number
}

const leaveWithinMs = 10_000
const running = new Set<ChildProcess>()

/** A program leads a group of processes, so that whatever it has started is told with it. */
function tell(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-child.pid!, signal)
  } catch {
    // All of them have ended.
  }
}

/** Who is told to stop has to pass it on. */
export function endPrograms(): void {
  for (const child of running) tell(child, 'SIGTERM')
}

/** Runs a program; one that has not ended within its time is told to, is ended, and counts as failed. */
export const runningProgram =
  ({ cwd, env, say, limitMs }: How): Run =>
  ([program = '', ...args]) =>
    new Promise((resolve) => {
      const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], env, detached: true })
      child.once('spawn', () => running.add(child))
      child.once('exit', () => running.delete(child))
      let tail = ''
      const hear = (text: string) => {
        say(text)
        tail = (tail + text).slice(-20_000)
      }
      for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', hear)
      const limit = setTimeout(() => {
        hear(`\n${program} has not ended within ${Math.round(limitMs / 1000)} s\n`)
        // Whoever it has started may hold its pipes for ever.
        child.once('exit', () => resolve({ code: 1, tail }))
        tell(child, 'SIGTERM')
        setTimeout(() => tell(child, 'SIGKILL'), leaveWithinMs).unref()
      }, limitMs)
      const end = (code: number, last = tail) => {
        clearTimeout(limit)
        resolve({ code, tail: last })
      }
      child.on('error', (error) => end(1, error.message))
      child.on('close', (code) => end(code ?? 1))
    })
