import { StringDecoder } from 'node:string_decoder'
import { setTimeout as delay } from 'node:timers/promises'
import { type TerminalSize, terminalSize, type Typist } from '@mosaic/contracts/agent-session'
import type { TerminalAnswer, TerminalAsk, TerminalFrame } from '@mosaic/contracts/messaging'
import { Screen } from './screen.ts'
import type { Listener, Mode } from './terminal-link.ts'
import { isShown, lettersOf, type Typed, TypedKeys } from './typed-keys.ts'

/** What flows through one terminal at most: a flood is held up where it comes from. */
const [mostBytes, perMs] = [64 * 1024, 50]
/** What may wait to be read by its programs, in characters. */
const mostWaiting = 64_000
/** So long a program has to show what it was typed. */
const showsWithinMs = 150

/** Without what it is of. */
type Shown = TerminalFrame extends infer Frame
  ? Frame extends TerminalFrame
    ? Omit<Frame, 'sessionId' | 'seq'>
    : never
  : never

type Parts = {
  readonly sessionId: string
  readonly size: TerminalSize
  readonly show: (seq: number, shown: Shown) => void
  readonly typist: () => Typist | null
  readonly changed: () => void
  /** A person's keys have been taken, and this much of them is told. */
  readonly tell: (typed: Typed) => void
}

type Hand = { type(text: string): void; resize(size: TerminalSize): void }

/** A terminal as everybody sees it: one screen, one order of what comes to it, one person who types. */
export class LiveTerminal implements Listener {
  readonly #parts: Parts
  readonly #screen: Screen
  readonly #decoder = new StringDecoder('utf8')
  readonly #keys: TypedKeys
  readonly #taking: ((mode: Mode) => void)[] = []
  #hand: Hand | undefined
  #seq = 0
  #writing: Promise<void> = Promise.resolve()
  #typing: Promise<void> = Promise.resolve()
  #waiting = 0
  #room = { since: 0, bytes: 0 }

  constructor(parts: Parts) {
    this.#parts = parts
    this.#screen = new Screen(parts.size, (text) => this.#tellProgram(text))
    this.#keys = new TypedKeys(parts.tell)
  }

  /** From now on it is typed at there. */
  begin(hand: Hand): void {
    this.#hand = hand
  }

  lines(): readonly string[] {
    return this.#screen.lines()
  }

  async wrote(bytes: Buffer): Promise<void> {
    const text = this.#decoder.write(bytes)
    if (text !== '') {
      this.#writing = this.#screen.write(text).then(() => this.#show({ kind: 'output', text }))
      await this.#writing
      this.#parts.changed()
    }
    await this.#paced(bytes.length)
  }

  took(mode: Mode): void {
    this.#taking.shift()?.(mode)
  }

  controlled(): void {
    this.#show({ kind: 'control', controller: this.#parts.typist() })
  }

  /** Typed for a person who has not taken control: what they said is a fact of its own. */
  say(text: string): void {
    void this.#send(`${text.replaceAll(/\r\n|\r|\n/g, '\n')}\r`)
  }

  async answer(ask: TerminalAsk): Promise<TerminalAnswer> {
    if (ask.kind === 'look') {
      await this.#writing
      const { columns, rows } = this.#screen.size
      const controller = this.#parts.typist()
      const shown = { kind: 'screen' as const, columns, rows, text: this.#screen.serialised(), controller }
      return { ok: true, screen: { ...shown, sessionId: this.#parts.sessionId, seq: this.#seq } }
    }
    const typist = this.#parts.typist()
    if (typist?.operatorId !== ask.operatorId) return notHeld(typist)
    if (ask.kind === 'resize') return this.#resize(ask)
    if (this.#waiting + ask.text.length > mostWaiting) return busy
    this.#typing = this.#typing.then(() => this.#type(typist, ask.text))
    return { ok: true, screen: null }
  }

  /** Nothing is shown or typed any more. */
  end(): void {
    this.#show({ kind: 'ended' })
    this.#keys.flush()
    this.#screen.dispose()
    for (const take of this.#taking.splice(0)) take('hides')
  }

  async #resize({ columns, rows }: TerminalSize): Promise<TerminalAnswer> {
    const size = terminalSize.safeParse({ columns, rows })
    if (!size.success) return { ok: false, code: 'TERMINAL_BUSY', message: 'no terminal is of that size' }
    await this.#writing
    this.#screen.resize(size.data)
    this.#hand?.resize(size.data)
    this.#show({ kind: 'size', ...size.data })
    return { ok: true, screen: null }
  }

  /** Enter waits until it is known of what stands before it whether it was shown: afterwards the screen is another. */
  async #type(typist: Typist, text: string): Promise<void> {
    for (const piece of text.split(/(?<=[\r\n])|(?=[\r\n])/)) {
      const before = this.#visible()
      const mode = await this.#send(piece)
      const deadline = performance.now() + showsWithinMs
      const shown = () => isShown(mode, piece, { before, now: this.#visible() })
      while (mode === 'raw' && lettersOf(piece) !== '' && !shown() && performance.now() < deadline) await delay(10)
      this.#keys.add(typist, piece, shown())
    }
  }

  /** What it asks of its terminal. One that asks and asks, and reads nothing, is told nothing more. */
  #tellProgram(text: string): void {
    if (this.#waiting + text.length <= mostWaiting) void this.#send(text)
  }

  #send(text: string): Promise<Mode> {
    const hand = this.#hand
    if (!hand) return Promise.resolve('hides')
    this.#waiting += text.length
    return new Promise<Mode>((resolve) => {
      this.#taking.push((mode) => {
        this.#waiting -= text.length
        resolve(mode)
      })
      hand.type(text)
    })
  }

  #visible(): string {
    return this.#screen.visible().join('\n')
  }

  #show(shown: Shown): void {
    this.#seq += 1
    this.#parts.show(this.#seq, shown)
  }

  async #paced(bytes: number): Promise<void> {
    const now = performance.now()
    if (now - this.#room.since > perMs) this.#room = { since: now, bytes: 0 }
    this.#room.bytes += bytes
    if (this.#room.bytes >= mostBytes) await delay(perMs - (now - this.#room.since))
  }
}

const busy: TerminalAnswer = {
  ok: false,
  code: 'TERMINAL_BUSY',
  message: 'its programs have not read what was typed before',
}

const notHeld = (typist: Typist | null): TerminalAnswer => ({
  ok: false,
  code: 'TERMINAL_NOT_HELD',
  message: `the terminal is controlled by ${typist ? typist.operatorName : 'nobody'}`,
})
