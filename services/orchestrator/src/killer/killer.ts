import { type ChildProcess, fork } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { identifyProcess, type Logger } from '@mosaic/runtime'
import { LiveSessions } from './live-sessions.ts'
import type { Settings } from './main.ts'
import { aliveFolder } from './places.ts'

type KillerDeps = Omit<Settings, 'folder'> & {
  /** Of all killers, a folder each. */
  readonly killersFolder: string
  /** Whose killer it is. */
  readonly ownerId: string
  readonly logger: Logger
  /** Where node keeps what it has compiled. */
  readonly compileCache: string | undefined
}

const againMs = 500
/** Names the orchestrator's process. */
const ownerFile = 'owner'

/**
 * This orchestrator's killer: a process that is there for when this one stands still. It is started before anything that
 * could have to be ended, and again whenever it has ended.
 */
export class Killer {
  readonly alive: LiveSessions
  readonly #deps: KillerDeps
  readonly #folder: string
  #process: ChildProcess | undefined
  #again: NodeJS.Timeout | undefined
  #stopped = false

  constructor(deps: KillerDeps) {
    this.#deps = deps
    mkdirSync(deps.killersFolder, { recursive: true, mode: 0o700 })
    sweep(deps.killersFolder)
    this.#folder = join(deps.killersFolder, deps.ownerId)
    this.alive = new LiveSessions(aliveFolder(this.#folder))
    writeFileSync(join(this.#folder, ownerFile), String(process.pid))
  }

  /** @param onStruck Called whenever it has carried out what this process has to take up. */
  start(onStruck: () => void): void {
    const { logger } = this.#deps
    const again = () => {
      if (this.#stopped) return
      // What it has carried out and could not tell.
      onStruck()
      this.#again = setTimeout(() => this.start(onStruck), againMs)
    }
    try {
      this.#fork({ onStruck, again })
    } catch (error) {
      logger.error({ err: error }, 'the killer cannot be started, trying again')
      again()
    }
  }

  #fork({ onStruck, again }: { onStruck: () => void; again: () => void }): void {
    const { logger, compileCache, killsFolder, host, port, serviceToken, engine, natsUrl } = this.#deps
    const program = fileURLToPath(new URL('./main.ts', import.meta.url))
    // It has to find the folders of sandboxes where this process makes them.
    const env = { TMPDIR: tmpdir(), ...(compileCache !== undefined && { NODE_COMPILE_CACHE: compileCache }) }
    const child = fork(program, [String(process.pid)], { env, execArgv: [], cwd: '/' })
    this.#process = child
    child.on('error', (error) => {
      logger.error({ err: error }, 'the killer cannot be reached')
      // One that never began does not exit either.
      if (child.pid === undefined) again()
    })
    child.on('message', (said) => said === 'struck' && onStruck())
    child.on('exit', () => {
      if (!this.#stopped) logger.warn('the killer has ended, starting another')
      again()
    })
    if (child.pid === undefined) return
    // It is no reason to stay.
    child.unref()
    child.channel?.unref()
    const folder = this.#folder
    child.send({ killsFolder, folder, host, port, serviceToken, engine, natsUrl } satisfies Settings)
  }

  /** This process carries the command's kill out itself. */
  readonly leaveToUs = (commandId: string): void => {
    if (this.#process?.connected) this.#process.send(commandId)
  }

  /** Nothing of this orchestrator is left to be ended. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#again)
    // It would look for what this process has left, and there is nothing.
    this.#process?.kill('SIGKILL')
    rmSync(this.#folder, { recursive: true, force: true })
  }
}

/** What orchestrators that were cut off have left. */
function sweep(all: string): void {
  for (const name of readdirSync(all)) {
    const folder = join(all, name)
    if (isLeft(folder)) rmSync(folder, { recursive: true, force: true })
  }
}

function isLeft(folder: string): boolean {
  try {
    return identifyProcess(Number(readFileSync(join(folder, ownerFile), 'utf8'))) === undefined
  } catch {
    // It is being made this moment.
    return false
  }
}
