import { type ChildProcess, spawn as start } from 'node:child_process'
import { request } from 'node:http'
import type { Socket } from 'node:net'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { type IPty, spawn } from '@lydell/node-pty'
import { frameOf, frameReader, kinds } from './frames.mts'

// Runs in the sandbox: a pseudo-terminal with a command in it, which is shown to and typed at by a service at the socket
// beside the program that MOSAIC_ATTACH names. Arguments: the service's target, columns, rows, the command for `sh -c`.
const [, , target, columns, rows, command] = process.argv
const way = join(dirname(process.env['MOSAIC_ATTACH'] ?? ''), 'socket')

/** Whoever does not end at a hang-up by then is left to the sandbox's end. */
const endsWithinMs = 3_000
/** What is read of a program at once. */
const mostOutputBytes = 64 * 1024

type Mode = 'echoes' | 'raw' | 'hides'

/** How the terminal takes what is typed: only its line discipline knows whether a password is asked for. */
class LineDiscipline {
  readonly #asked: ((mode: Mode) => void)[] = []
  readonly #reader: ChildProcess

  constructor(tty: string) {
    const script = 'while read -r _; do echo "$(stty -a <"$0" | tr "\\n" " ")"; done'
    this.#reader = start('sh', ['-c', script, tty], { stdio: ['pipe', 'pipe', 'ignore'] })
    this.#reader.on('error', () => this.#giveUp())
    this.#reader.once('exit', () => this.#giveUp())
    this.#reader.stdin!.on('error', () => undefined)
    createInterface({ input: this.#reader.stdout! }).on('line', (line) => this.#asked.shift()?.(modeOf(line)))
  }

  mode(): Promise<Mode> {
    return new Promise((resolve) => {
      if (this.#reader.exitCode !== null || this.#reader.signalCode !== null) return resolve('hides')
      this.#asked.push(resolve)
      this.#reader.stdin!.write('\n')
    })
  }

  /** What cannot be told is taken for a secret. */
  #giveUp(): void {
    for (const answer of this.#asked.splice(0)) answer('hides')
  }
}

function modeOf(settings: string): Mode {
  const words = new Set(settings.split(/[\s;]+/))
  if (words.has('-icanon')) return 'raw'
  return words.has('echo') && words.has('icanon') ? 'echoes' : 'hides'
}

function hangUp(terminal: IPty): void {
  try {
    // All of the terminal's session that has not gone into a group of its own; the kernel sends it to who is in front.
    process.kill(-terminal.pid, 'SIGHUP')
  } catch {
    // It has ended.
  }
  setTimeout(() => process.exit(129), endsWithinMs).unref()
}

function serve(outside: Socket, head: Buffer): void {
  const { MOSAIC_ATTACH: _, ...environment } = process.env
  const terminal = spawn('sh', ['-c', command!], {
    name: 'xterm-256color',
    cols: Number(columns),
    rows: Number(rows),
    env: { ...environment, COLORTERM: 'truecolor' },
    encoding: null,
  })
  const discipline = new LineDiscipline((terminal as unknown as { readonly ptsName: string }).ptsName)
  let typing = Promise.resolve()

  const type = (text: string) => {
    typing = typing.then(async () => {
      const mode = await discipline.mode()
      terminal.write(text)
      outside.write(frameOf(kinds.taken, JSON.stringify({ mode })))
    })
  }
  const read = frameReader((kind, body) => {
    if (kind === kinds.typed) type(body.toString('utf8'))
    if (kind === kinds.hangUp) hangUp(terminal)
    if (kind !== kinds.size) return
    const size = JSON.parse(body.toString('utf8')) as { columns: number; rows: number }
    terminal.resize(size.columns, size.rows)
  })

  // Given without an encoding, it hands on bytes as they were written.
  terminal.onData((data) => {
    const bytes = data as unknown as Buffer
    let hasRoom = true
    for (let at = 0; at < bytes.length; at += mostOutputBytes) {
      hasRoom = outside.write(frameOf(kinds.output, bytes.subarray(at, at + mostOutputBytes)))
    }
    if (hasRoom) return
    terminal.pause()
    outside.once('drain', () => terminal.resume())
  })
  terminal.onExit(({ exitCode, signal }) => {
    const code = signal ? 128 + signal : exitCode
    outside.end(frameOf(kinds.ended, JSON.stringify({ code })), () => process.exit(0))
  })
  outside.on('error', () => undefined)
  outside.once('close', () => hangUp(terminal))
  outside.on('data', read)
  if (head.length > 0) read(head)
}

const asked = request({ socketPath: way, method: 'CONNECT', path: target!, agent: false })
asked.once('error', ({ message }) => {
  console.error(`nobody is there: ${message}`)
  process.exit(111)
})
asked.once('connect', (_, outside: Socket, head) => serve(outside, head))
asked.end()
