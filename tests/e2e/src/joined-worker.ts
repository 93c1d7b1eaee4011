import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { Instance } from './instance.ts'

const root = join(import.meta.dirname, '../../..')
/** How long `mosaic worker join` may take until its orchestrator is there. */
const startMs = 120_000

type Joining = {
  readonly url: string
  readonly token: string
  readonly name: string
  readonly slots: number
  /** Its own: what is in it, no other worker sees. */
  readonly folder: string
}

/** A machine that has joined an instance: `mosaic worker join`, and the orchestrator that this runs. */
export class JoinedWorker {
  readonly name: string
  readonly folder: string
  readonly #joining: Joining
  #cli: ChildProcess | undefined

  private constructor(joining: Joining) {
    this.name = joining.name
    this.folder = joining.folder
    this.#joining = joining
  }

  static async join(joining: Joining): Promise<JoinedWorker> {
    mkdirSync(joining.folder, { recursive: true })
    const worker = new JoinedWorker(joining)
    await worker.start()
    return worker
  }

  /** Joins, for the first time or again, and answers once there is an orchestrator. */
  async start(): Promise<void> {
    const { url, token, name, slots, folder } = this.#joining
    const log = openSync(join(folder, 'log'), 'a')
    const options = ['--name', name, '--slots', String(slots), '--data', folder]
    const args = [join(root, 'ui/cli/src/main.ts'), 'worker', 'join', url, ...options]
    this.#cli = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', log, log],
      env: { ...process.env, MOSAIC_JOIN_TOKEN: token },
    })
    const deadline = performance.now() + startMs
    while (this.#orchestrator() === undefined) {
      if (this.#hasEnded() || performance.now() > deadline) throw new Error(`${name} has not joined: ${this.logged()}`)
      await pause(50)
    }
  }

  /** Right now, to its orchestrator alone. Answers whether there was one. */
  signal(name: NodeJS.Signals): boolean {
    const pid = this.#orchestrator()
    if (pid === undefined) return false
    process.kill(pid, name)
    return true
  }

  /** Settles when `mosaic worker join` has ended, as it does when its orchestrator has. */
  async ended(): Promise<void> {
    if (!this.#hasEnded()) await once(this.#cli!, 'exit')
  }

  /** As with Ctrl-C. */
  async stop(): Promise<void> {
    if (!this.#hasEnded()) this.#cli!.kill('SIGTERM')
    await this.ended()
  }

  /** The worktrees that it has on its disk. */
  worktrees(): string[] {
    return worktreesIn(join(this.folder, 'worker'))
  }

  logged(): string {
    return readFileSync(join(this.folder, 'log'), 'utf8').slice(-4000)
  }

  #hasEnded(): boolean {
    return !this.#cli || this.#cli.exitCode !== null || this.#cli.signalCode !== null
  }

  #orchestrator(): number | undefined {
    const pid = this.#cli?.pid
    if (pid === undefined || this.#hasEnded()) return undefined
    const children = orNothing(() => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'))
    return children
      .split(' ')
      .filter((child) => child !== '')
      .map(Number)
      .find((child) => orNothing(() => readFileSync(`/proc/${child}/cmdline`, 'utf8')).includes('orchestrator'))
  }
}

/** So many machines join an instance, a folder below its own each; its own orchestrator leaves all work to them. */
export async function joinWorkers(
  instance: Instance,
  names: readonly string[],
  options: { readonly slots: number; readonly patienceMs: number },
): Promise<JoinedWorker[]> {
  const joined = names.map(async (name) => {
    const { path, answer } = gatewayRoutes.admitWorker
    const { token } = answer.parse(await instance.request('POST', path, { name }))
    const folder = join(instance.folder, name)
    return JoinedWorker.join({ url: instance.run.gateway, token, name, slots: options.slots, folder })
  })
  const workers = await Promise.all(joined)
  await drainOwn(instance, names, options.patienceMs)
  return workers
}

async function drainOwn(instance: Instance, names: readonly string[], patienceMs: number): Promise<void> {
  const { path, answer } = gatewayRoutes.workers
  const deadline = performance.now() + patienceMs
  for (;;) {
    const { items } = answer.parse(await instance.request('GET', path))
    const alive = items.filter(({ isAlive }) => isAlive)
    const own = alive.find(({ name }) => !names.includes(name))
    if (own && alive.length > names.length) {
      await instance.request('POST', gatewayRoutes.drainWorker.path.replace(':id', own.workerId), {})
      return
    }
    if (performance.now() > deadline) throw new Error(`there are ${alive.length} workers`)
    await pause(200)
  }
}

export const worktreesIn = (dataFolder: string): string[] => {
  const folder = join(dataFolder, 'git/worktrees')
  return orNothing(() => readdirSync(folder).join('\n'))
    .split('\n')
    .filter((name) => name !== '')
    .map((name) => join(folder, name))
}

function orNothing(read: () => string): string {
  try {
    return read()
  } catch {
    return ''
  }
}
