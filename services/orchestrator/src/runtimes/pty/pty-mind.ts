import type { Socket } from 'node:net'
import { isLive, type LiveSession } from '../../domain/agent-session/index.ts'
import { type AgentSessionEvent, usualSize } from '@mosaic/contracts/agent-session'
import { newId } from '@mosaic/contracts/kernel'
import type { Terminals } from '@mosaic/messaging'
import { coverBeginning } from '@mosaic/redaction'
import type { Extras } from '../../setup/index.ts'
import { commitChanges, type Mind, type Run, SessionFailure, unlessHalted } from '../worktree/index.ts'
import { commandAsked } from './asked.ts'
import { introduction } from './introduction.ts'
import { LiveTerminal } from './live-terminal.ts'
import { fenced } from './news.ts'
import { terminalVariable } from './shown-inside.ts'
import { type TerminalEnd, TerminalLink } from './terminal-link.ts'
import { ToldScreens } from './told-screens.ts'
import type { Typed } from './typed-keys.ts'

export type PtyParts = {
  readonly terminals: Terminals
  /** The folder that its sandbox is shown. */
  readonly folder: () => string
}

/** So long a program has to end that was hung up on. */
const endsWithinMs = 5_000

const lost = () =>
  new SessionFailure(
    'TERMINAL_LOST',
    'the orchestrator ended under the terminal, and with it all that ran there. What was changed in the worktree is kept; continue the session to begin a terminal anew there',
  )

/** A terminal in which people type, and programs show what they do. */
export class PtyMind implements Mind {
  readonly mostTurns = Number.MAX_SAFE_INTEGER
  readonly endsSilently = true
  readonly introduction = introduction
  readonly #run: Run
  readonly #parts: PtyParts
  readonly #isLost: boolean
  readonly #stops: (() => void)[]
  /** What people have said that have not taken control, by the message's id, and what of it is to be typed. */
  readonly #said = new Map<string, string>()
  readonly #toType: string[] = []
  #connected: ((socket: Socket) => void) | undefined
  #terminal: LiveTerminal | undefined
  #screens: ToldScreens | undefined
  #link: TerminalLink | undefined
  #end: TerminalEnd | undefined
  #fault: unknown

  constructor(run: Run, parts: PtyParts) {
    this.#run = run
    this.#parts = parts
    const { journal, pickedUp } = run
    const { session } = journal
    this.#isLost = pickedUp && isLive(session) && session.started
    if (isLive(session)) for (const { messageId, text } of session.inbox) this.#said.set(messageId, text)
    this.#stops = [journal.onEvent(({ event }) => this.#heard(event))]
  }

  brings(session: LiveSession): Extras {
    const folder = this.#parts.folder()
    return {
      readOnlyPaths: [folder],
      // One connection for each start: whoever else asks for it inside is nobody.
      services: new Map([['terminal', { connect: () => this.#expected() }]]),
      environment: { [terminalVariable]: folder, MOSAIC_TASK: session.spec.task },
    }
  }

  async thinkAhead(): Promise<void> {}

  isAhead(): boolean {
    return false
  }

  async dropAhead(): Promise<void> {}

  async tellUnheard(): Promise<void> {}

  isCrowded(): boolean {
    return false
  }

  async compact(): Promise<void> {}

  async forget(): Promise<void> {}

  /** Lasts until somebody says something that is to be typed, or the terminal's end. */
  async takeTurn(session: LiveSession): Promise<void> {
    const run = this.#run
    if (this.#isLost) throw lost()
    // All that happens there happens in the sandbox, which a pause freezes.
    run.activity = 'sandboxed'
    try {
      await unlessHalted(run.halted, this.#started(session))
      for (const text of this.#toType.splice(0)) this.#terminal?.say(text)
      await run.until(() => this.#isOver(), {
        timeoutMs: this.#leftMs(),
        also: (check) => {
          this.#check = check
          return () => (this.#check = () => undefined)
        },
      })
      run.activity = 'busy'
      if (this.#fault !== undefined) throw this.#fault
      if (isLive(run.journal.session) && run.journal.session.terminate) await this.#hangUp()
      if (this.#end) await this.#ended(session, this.#end)
    } finally {
      run.activity = 'busy'
    }
  }

  /** A terminal calls no tools of ours. */
  async runTool(): Promise<void> {}

  end(): void {
    for (const stop of this.#stops.splice(0)) stop()
    this.#screens?.stop()
    this.#link?.end()
    this.#terminal?.end()
    this.#terminal = undefined
  }

  #check: () => void = () => undefined

  #isOver(): boolean {
    const { session } = this.#run.journal
    if (this.#end || this.#fault !== undefined || !isLive(session) || session.terminate) return true
    const mayHear = session.control === 'none' && session.status !== 'paused'
    return mayHear && session.inbox.some(({ questionId }) => questionId === null)
  }

  #heard(event: AgentSessionEvent): void {
    if (event.type === 'OperatorMessageInjected') this.#said.set(event.data.messageId, event.data.text)
    if (event.type === 'OperatorMessageDelivered') {
      const text = this.#said.get(event.data.messageId)
      this.#said.delete(event.data.messageId)
      if (text !== undefined) this.#toType.push(text)
    }
    if (event.type === 'TerminalControlTaken' || event.type === 'TerminalControlReleased') this.#terminal?.controlled()
  }

  async #started(session: LiveSession): Promise<void> {
    if (this.#terminal) return
    const { workplace, journal, workspaceId } = this.#run
    if (!workplace) throw new SessionFailure('SANDBOX_FAILED', 'there is no sandbox to open a terminal in')
    const { sessionId } = journal
    const { terminals } = this.#parts
    const terminal = new LiveTerminal({
      sessionId,
      size: usualSize,
      show: (seq, shown) => terminals.show(workspaceId, { ...shown, sessionId, seq }),
      typist: () => (isLive(journal.session) ? journal.session.typist : null),
      changed: () => this.#screens?.changed(),
      tell: (typed) => this.#tellTyped(typed),
    })
    const screens = new ToldScreens({
      lines: () => terminal.lines(),
      tell: (news) => this.#tell(fenced(news), 'pause_turn'),
      failed: (error) => this.#fail(error),
    })
    this.#terminal = terminal
    this.#screens = screens
    const link = await TerminalLink.start({
      sandbox: workplace.sandbox,
      command: commandAsked(session.spec),
      workdir: workplace.workdir ?? '.',
      size: usualSize,
      connection: new Promise<Socket>((resolve) => (this.#connected = resolve)),
      listener: terminal,
    })
    if (!(link instanceof TerminalLink)) throw goneWith(link.message)
    this.#link = link
    terminal.begin(link)
    void link.ended.then((end) => {
      this.#end = end
      this.#check()
    })
    this.#stops.push(terminals.serve(workspaceId, sessionId, (ask) => terminal.answer(ask)))
    terminal.controlled()
  }

  #expected(): ((socket: Socket) => void) | undefined {
    const connected = this.#connected
    this.#connected = undefined
    return connected
  }

  async #hangUp(): Promise<void> {
    const link = this.#link
    if (!link || this.#end) return
    link.hangUp()
    await this.#run.until(() => this.#end !== undefined, {
      timeoutMs: endsWithinMs,
      also: (check) => {
        this.#check = check
        return () => (this.#check = () => undefined)
      },
    })
    await this.#tellRest()
  }

  async #ended(session: LiveSession, end: TerminalEnd): Promise<void> {
    const { session: now } = this.#run.journal
    if (!isLive(now) || now.terminate) return
    const command = commandAsked(session.spec)
    if (end.kind === 'gone') {
      await this.#tellRest()
      throw goneWith(end.message)
    }
    if (end.code !== 0) {
      await this.#tellRest()
      throw new SessionFailure('AGENT_PROGRAM_FAILED', `${firstLine(command)} ended with ${end.code}`)
    }
    const refused = await commitChanges(this.#run, 'terminal', messageOf(command, session.spec.task))
    const why =
      refused === undefined ? [] : [`Its changes were not committed, and are kept beside its branch:`, refused]
    await this.#tell([`${firstLine(command)} ended with 0.`, ...why, ...this.#rest()].join('\n\n'), 'end_turn')
  }

  async #tellRest(): Promise<void> {
    const rest = this.#rest()
    if (rest.length > 0) await this.#tell(rest.join(''), 'pause_turn')
  }

  /** What its screen has come to show and nobody has been told. */
  #rest(): string[] {
    const news = this.#screens?.end() ?? ''
    return news.trim() === '' ? [] : [fenced(news)]
  }

  async #tell(text: string, stopReason: string): Promise<void> {
    const { journal, seams } = this.#run
    const { session } = journal
    const covered = coverBeginning(seams.said.covered(text))
    await this.#run.record({
      type: 'RecordMessage',
      messageId: newId(),
      turn: session.status === 'none' ? 0 : session.turn + 1,
      role: 'agent',
      content: [{ type: 'text', text: covered }],
      usage: null,
      stopReason,
      model: null,
    })
  }

  #tellTyped({ text, ...typed }: Typed): void {
    this.#screens?.typed()
    const covered = text === null ? null : this.#run.redactor.text(text)
    this.#run.record({ type: 'RecordTyped', ...typed, text: covered }).catch((error: unknown) => this.#fail(error))
  }

  #fail(error: unknown): void {
    if (this.#run.halted.aborted) return
    this.#fault ??= error
    this.#check()
  }

  /** Its session ends then, whatever it is at. */
  #leftMs(): number {
    const { deps, journal } = this.#run
    const { session } = journal
    const most = Math.min(deps.limits.sessionMs, ((isLive(session) && session.spec.timeoutSeconds) || Infinity) * 1000)
    return Math.max(journal.spawnedAt.getTime() + most - deps.clock.now().getTime(), 0)
  }
}

const goneWith = (why: string) => new SessionFailure('TERMINAL_LOST', `the terminal is gone: ${why}`)

const firstLine = (command: string) => {
  const [line = ''] = command.trim().split('\n', 1)
  return line.length <= 60 ? line : `${line.slice(0, 57)}…`
}

const messageOf = (command: string, task: string) =>
  `Work in a terminal: ${firstLine(command).slice(0, 50)}\n\n${task}`.slice(0, 10_000)
