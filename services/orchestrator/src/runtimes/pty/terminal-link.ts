import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { TerminalSize } from '@mosaic/contracts/agent-session'
import { z } from 'zod'
import { serviceTarget } from '../../egress/index.ts'
import { type Sandbox, shellWord } from '../../sandbox/index.ts'
import { frameOf, frameReader, kinds } from './inside/frames.mts'
import { programInside } from './shown-inside.ts'

/** How a terminal took what was typed: shown as it was typed; left to its program to show; not shown. */
const taken = z.object({ mode: z.enum(['echoes', 'raw', 'hides']) })
export type Mode = z.infer<typeof taken>['mode']
const ended = z.object({ code: z.int() })

/** What a terminal in a sandbox does. Whatever comes was written by hostile programs. */
export type Listener = {
  /** Bytes as its programs wrote them. Nothing more comes until it settles. */
  wrote(bytes: Buffer): Promise<void>
  /** In the order in which it was typed. */
  took(mode: Mode): void
}

type Start = {
  readonly sandbox: Sandbox
  readonly command: string
  readonly workdir: string
  readonly size: TerminalSize
  /** The connection of the terminal that is started now. */
  readonly connection: Promise<Socket>
  readonly listener: Listener
}

/** How the program in it ended: its exit code as a shell says it, or why the terminal itself is gone. */
type Gone = { readonly kind: 'gone'; readonly message: string }
export type TerminalEnd = { readonly kind: 'program-ended'; readonly code: number } | Gone

const startsWithinMs = 60_000
const forEver = 2 ** 31 - 1

/** A pseudo-terminal in a sandbox. */
export class TerminalLink {
  /** Settles once the program in it has ended and all that was written has been heard. */
  readonly ended: Promise<TerminalEnd>
  readonly #socket: Socket
  readonly #stop: AbortController

  private constructor(socket: Socket, ended: Promise<TerminalEnd>, stop: AbortController) {
    this.#socket = socket
    this.ended = ended
    this.#stop = stop
  }

  /** Answers how it ended where it does not start. */
  static async start({ sandbox, command, workdir, size, connection, listener }: Start): Promise<TerminalLink | Gone> {
    const stop = new AbortController()
    const script = `cd ${shellWord(workdir)} && exec node ${programInside} ${[serviceTarget('terminal'), size.columns, size.rows, shellWord(command)].join(' ')}`
    const gone: Promise<Gone> = sandbox
      .exec(script, { timeoutMs: forEver, maxOutputBytes: 4_000, signal: stop.signal })
      .then(
        ({ stderr }) => ({
          kind: 'gone',
          message: stderr.trim().slice(-800) || 'its program in the sandbox was ended',
        }),
        () => ({ kind: 'gone', message: 'its sandbox is gone' }),
      )
    const late = { kind: 'gone', message: `it did not get ready within ${startsWithinMs / 1000} s` } as const
    const socket = await Promise.race([connection, gone, delay(startsWithinMs, late, { ref: false })])
    if ('kind' in socket) {
      stop.abort()
      return socket
    }
    return new TerminalLink(socket, heard(socket, listener, gone), stop)
  }

  type(text: string): void {
    this.#socket.write(frameOf(kinds.typed, text))
  }

  resize(size: TerminalSize): void {
    this.#socket.write(frameOf(kinds.size, JSON.stringify(size)))
  }

  /** As when a person closes a terminal's window. */
  hangUp(): void {
    this.#socket.write(frameOf(kinds.hangUp, ''))
  }

  end(): void {
    this.#socket.destroy()
    this.#stop.abort()
  }
}

/** Reads frame by frame, each when the one before has been taken in: so a flood is held up where it comes from. */
async function heard(socket: Socket, listener: Listener, gone: Promise<Gone>): Promise<TerminalEnd> {
  const frames: { kind: string; body: Buffer }[] = []
  const read = frameReader((kind, body) => frames.push({ kind, body }))
  socket.on('error', () => undefined)
  try {
    for await (const chunk of socket) {
      read(chunk as Buffer)
      for (const { kind, body } of frames.splice(0)) {
        if (kind === kinds.output) await listener.wrote(body)
        if (kind === kinds.taken) listener.took(taken.parse(JSON.parse(body.toString('utf8'))).mode)
        if (kind === kinds.ended) {
          const { code } = ended.parse(JSON.parse(body.toString('utf8')))
          return { kind: 'program-ended', code }
        }
      }
    }
  } catch {
    socket.destroy()
    return { kind: 'gone', message: 'what came from it was not what a terminal says' }
  }
  return (await Promise.race([gone, delay(1_000, undefined, { ref: false })])) ?? lostConnection
}

const lostConnection: Gone = { kind: 'gone', message: 'the connection to it broke' }
