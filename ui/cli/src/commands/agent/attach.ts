import { ProblemError } from '@mosaic/client'
import {
  hasEnded,
  isTooOften,
  mostTyped,
  repeatedFunctions,
  type SessionView,
  statusAfter,
  terminalSize,
  type Typist,
} from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { TerminalFrame } from '@mosaic/contracts/messaging'
import xterm from '@xterm/headless'
import { CliError, exitCodes, print, type Register } from '../../cli.ts'
import { harmless } from '../../format/text.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { detachKeys } from '../../terminal/detach-keys.ts'
import { OwnTerminal } from '../../terminal/own-terminal.ts'
import { findSessionId } from './find-session.ts'

export const registerAttach: Register = (agent) => {
  agent
    .command('attach <id>')
    .description("sit at an agent's terminal: type there, and leave it running with Ctrl+P Ctrl+Q")
    .option('--read-only', 'only watch; nobody loses control of it')
    .action(
      gatewayAction(async (context, given: string, { readOnly = false }: { readOnly?: boolean }) => {
        const { client, readonly } = context
        const id = await findSessionId(client, given)
        const session = await client.call(gatewayRoutes.session, { params: { id } })
        if (session.runtime !== 'pty' || hasEnded(session.status)) throw hasNone(given, session)
        if (!process.stdin.isTTY || !process.stdout.isTTY) {
          const hint = `mosaic agent messages ${given} shows what it has shown.`
          throw new CliError('This is no terminal.', { exitCode: exitCodes.usage, hint })
        }
        print(await new Attached(context, session).until(!readOnly && !readonly))
      }),
    )
}

function hasNone(id: string, { runtime, status }: SessionView): CliError {
  const why = runtime === 'pty' ? `its terminal is gone: it has ${status}` : `it is run by ${runtime}`
  return new CliError(`${id} has no terminal; ${why}.`, { exitCode: exitCodes.refused })
}

/** A session's terminal at the person's own. */
class Attached {
  readonly #context: Context
  readonly #session: SessionView
  readonly #own = new OwnTerminal(process.stdin, process.stdout)
  readonly #screen = new xterm.Terminal({ cols: 100, rows: 30, scrollback: 0, allowProposedApi: true, logLevel: 'off' })
  readonly #left = Promise.withResolvers<string>()
  #controller: Typist | null = null
  #mine = false
  #waiting = ''
  #isSending = false

  constructor(context: Context, session: SessionView) {
    this.#context = context
    for (const id of repeatedFunctions) {
      const { cols: columns, rows } = this.#screen
      this.#screen.parser.registerCsiHandler(id, (parameters) => isTooOften(parameters, { columns, rows }))
    }
    this.#session = session
  }

  /** Answers how it came to its end, in words. */
  async until(wantsControl: boolean): Promise<string> {
    const { client, signal } = this.#context
    const { sessionId, revision } = this.#session
    const params = { id: sessionId }
    if (wantsControl) await client.call(gatewayRoutes.takeTerminal, { params, body: {} })
    this.#mine = wantsControl
    const leave = () => this.#left.resolve('You have left; it goes on.')
    for (const name of ['SIGTERM', 'SIGHUP'] as const) process.once(name, leave)
    signal.addEventListener('abort', leave)
    const live = client.connect()
    try {
      this.#own.lend(detachKeys({ type: (text) => this.#type(text), leave }), () => void this.#resize())
      live.subscribe(
        { kind: 'terminal', sessionId },
        {
          event: () => undefined,
          terminal: (frame) => this.#heard(frame),
          problem: ({ detail }) => this.#left.reject(refused(detail)),
        },
      )
      live.watchAgent(sessionId, {
        afterRevision: revision,
        event: ({ type }) => {
          const status = statusAfter[type]
          if (status !== undefined && hasEnded(status)) this.#left.resolve(`It has ${status}.`)
        },
      })
      this.#draw()
      if (this.#mine) await this.#resize()
      return await this.#left.promise
    } finally {
      this.#own.restore()
      live.close()
      for (const name of ['SIGTERM', 'SIGHUP'] as const) process.off(name, leave)
      if (this.#mine) await client.call(gatewayRoutes.releaseTerminal, { params, body: {} }).catch(() => undefined)
    }
  }

  #heard(frame: TerminalFrame): void {
    switch (frame.kind) {
      case 'screen':
        this.#screen.reset()
        this.#screen.resize(frame.columns, frame.rows)
        this.#controlled(frame.controller)
        return this.#write(frame.text)
      case 'output':
        return this.#write(frame.text)
      case 'size':
        this.#screen.resize(frame.columns, frame.rows)
        return this.#draw()
      case 'control':
        this.#controlled(frame.controller)
        return this.#draw()
      case 'ended':
        return
    }
  }

  #controlled(controller: Typist | null): void {
    this.#controller = controller
  }

  #write(text: string): void {
    this.#screen.write(text, () => this.#draw())
  }

  #draw(): void {
    const who = this.#mine
      ? 'you type'
      : this.#controller
        ? `${harmless(this.#controller.operatorName)} types`
        : 'nobody types'
    this.#own.draw(this.#screen, ` ${harmless(this.#session.name)} · ${who} · Ctrl+P Ctrl+Q leaves`)
  }

  /** One after the other: keys arrive in the order in which they were pressed. */
  #type(text: string): void {
    if (!this.#mine) return
    this.#waiting += text
    if (!this.#isSending) void this.#send()
  }

  async #send(): Promise<void> {
    const { client } = this.#context
    this.#isSending = true
    while (this.#waiting !== '' && this.#mine) {
      const text = this.#waiting.slice(0, mostTyped)
      this.#waiting = this.#waiting.slice(mostTyped)
      try {
        await client.call(gatewayRoutes.typeInTerminal, { params: { id: this.#session.sessionId }, body: { text } })
      } catch (error) {
        if (!isRefusal(error)) return this.#left.reject(error)
        if (error.problem.code === 'TERMINAL_NOT_HELD') this.#mine = false
        this.#waiting = ''
        this.#draw()
      }
    }
    this.#isSending = false
  }

  async #resize(): Promise<void> {
    this.#draw()
    const size = terminalSize.safeParse(this.#own.size)
    if (!this.#mine || !size.success) return
    const params = { id: this.#session.sessionId }
    // One that has not begun yet is of the usual size until the next time.
    await this.#context.client.call(gatewayRoutes.resizeTerminal, { params, body: size.data }).catch(() => undefined)
  }
}

const isRefusal = (error: unknown): error is ProblemError => error instanceof ProblemError && error.problem.status < 500
const refused = (detail: string | undefined) =>
  new CliError(detail ?? 'It cannot be watched.', { exitCode: exitCodes.refused })
