import { setTimeout as delay } from 'node:timers/promises'
import type { WayOut } from '../../egress/index.ts'
import type { ExecResult, Sandbox } from '../contract.ts'
import { insidePort } from './environment.ts'

/** What a timer can count. */
const forEver = 2 ** 31 - 1
const listensWithinMs = 20_000

type Running = {
  readonly stop: AbortController
  readonly listens: Promise<ExecResult | undefined>
  readonly gone: Promise<void>
}

/**
 * The program inside that brings connections to the socket. The agent may end it as it may any of its programs: it is
 * started again before the next command.
 */
export class Forwarder {
  readonly #sandbox: Pick<Sandbox, 'exec'>
  readonly #wayOut: WayOut
  readonly #program: string
  #running: Running | undefined

  constructor(sandbox: Pick<Sandbox, 'exec'>, wayOut: WayOut, program: string) {
    this.#sandbox = sandbox
    this.#wayOut = wayOut
    this.#program = program
  }

  /** Settles once it listens; answers how it ended where it does not. */
  listens(): Promise<ExecResult | undefined> {
    this.#running ??= this.#start()
    return this.#running.listens
  }

  /** For rules that show other ports inside. */
  async restart(): Promise<void> {
    const before = this.#running
    before?.stop.abort()
    await before?.gone
    await this.listens()
  }

  /** Settles once it is known that what was ended has ended. */
  async gone(): Promise<void> {
    await this.#running?.gone
  }

  #start(): Running {
    const stop = new AbortController()
    const shown = this.#wayOut.rules.ofThisMachine.map(({ host, port }) => `'${host}:${port}'`)
    const command = `exec node '${this.#program}' ${[insidePort, ...shown].join(' ')}`
    const ready = Promise.withResolvers<undefined>()
    const gone = Promise.withResolvers<void>()
    const forget = () => {
      gone.resolve()
      if (this.#running === running) this.#running = undefined
    }
    const unlisten = this.#wayOut.onInsideReady((socket) => {
      socket.once('close', forget)
      ready.resolve(undefined)
    })
    const options = { timeoutMs: forEver, maxOutputBytes: 2_000, signal: stop.signal }
    const ended = this.#sandbox.exec(command, options).catch(() => undefined)
    const running: Running = {
      stop,
      gone: gone.promise,
      listens: Promise.race([ready.promise, ended, delay(listensWithinMs, undefined, { ref: false })]),
    }
    void ended.then(() => {
      unlisten()
      forget()
    })
    return running
  }
}
