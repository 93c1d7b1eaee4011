import { type Clock, newId } from '@mosaic/contracts/kernel'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import { uuidv5 } from '@mosaic/event-store'
import type { Redactor } from '@mosaic/redaction'
import type { Logger } from '@mosaic/runtime'
import { type HistoryStep, isLive, type LiveSession } from '../../domain/agent-session/index.ts'
import type { Journal } from '../../journal/journal.ts'
import type { Roster } from '../../sessions/roster.ts'
import { ClaimedRun, HaltedError } from '../claimed-run.ts'
import type { RunningSession } from '../contract.ts'
import { decisionIn, questionOf } from './approvals.ts'
import type { GatewayConnection } from './connection.ts'
import { GatewayGone, GatewayRefused } from './faults.ts'
import { Heard } from './heard.ts'
import { readConversation } from './history.ts'
import type { Guest, House } from './house.ts'
import { LiveWords } from './live-words.ts'
import { type At, begunUnder, messageIdOf, sentFrom } from './names.ts'
import { type ApprovalAsked, created } from './protocol.ts'
import type { GatewayMessage } from './rows.ts'
import { abort, speak } from './speak.ts'
import { StepsOf } from './steps-of.ts'

/** Facts of one append, and characters in them. */
const [mostSteps, mostCharacters] = [400, 1_500_000]
/** How long a kill waits for what runs to be over before it asks again; and how long one call of it may take. */
const [killPollMs, killCallMs] = [250, 5000]
/** After something has failed that nothing tells us the end of. */
const againMs = 5000

const idleWords = 'It has nothing more to do. Say what comes next.'
const elsewhere = { idle: '(it was spoken to at the gateway)', decided: '(it was decided at the gateway)' }

export type Houses = {
  /** `null`: the provider is configured no more; `undefined`: that is not known yet. */
  of(providerId: string): House | null | undefined
  onChange(listener: () => void): () => void
}

export type SessionParts = {
  readonly houses: Houses
  readonly publish: (workspaceId: string, frame: LiveFrame) => void
  readonly redactor: Redactor
  readonly roster: Roster
  readonly clock: Clock
  readonly logger: Logger
}

/** A session at an OpenClaw gateway: what is said and done there becomes facts here, what people want is done there. */
export class OpenclawSession implements RunningSession, Guest {
  readonly done: Promise<void>
  readonly #run: ClaimedRun
  readonly #parts: SessionParts
  readonly #heard = new Heard()
  /** Sent, as far as the gateway or this process knows. */
  readonly #sent = new Set<string>()
  readonly #approvals = new Map<string, ApprovalAsked>()
  readonly #bells = new Set<() => void>()
  readonly #live: LiveWords
  #recorded: Promise<void> = Promise.resolve()
  #leave: (() => void) | undefined
  #house: House | null | undefined
  /** The connection over which it hears of its session. */
  #listensOver: GatewayConnection | undefined
  #hasStirred = true
  #isActive = false
  #hasLeft = false

  constructor(journal: Journal, parts: SessionParts) {
    this.#parts = parts
    this.#run = new ClaimedRun(journal, parts)
    const { workspaceId } = this.#run
    this.#live = new LiveWords({
      sessionId: journal.sessionId,
      publish: (frame) => parts.publish(workspaceId, frame),
      redact: (text) => parts.redactor.text(text),
    })
    const stops = [
      journal.onEvent(({ event }) => {
        this.#heard.take(event)
        if (event.type === 'SessionClaimed') this.#run.noticeClaim()
        if (event.type === 'AgentKillRequested') this.#run.halt('killed')
      }),
      journal.onUnreadable(() => this.#run.halt('unreadable')),
      parts.houses.onChange(() => this.changed()),
    ]
    this.done = this.#begin().finally(() => {
      for (const stop of stops) stop()
      this.#leave?.()
      this.#live.over()
    })
  }

  async contain(recorded: Promise<void>): Promise<boolean> {
    this.#recorded = recorded.catch(() => undefined)
    this.#run.halt('killed')
    const connection = this.#house?.gateway.connection
    // What it comes to is only reported, and recorded once it is.
    if (connection) await abort(connection, this.#at.sessionKey, killCallMs).catch(() => undefined)
    return false
  }

  park(): Promise<void> {
    return this.stop()
  }

  async stop(): Promise<void> {
    this.#run.halt('stopping')
    await this.done
  }

  stirred(): void {
    this.#hasStirred = true
    this.#ring()
  }

  changed(): void {
    this.stirred()
  }

  said(words: Parameters<Guest['said']>[0]): void {
    const { session } = this.#run.journal
    if (isLive(session)) this.#live.heard(words, session.turn + 1)
  }

  asked(approval: ApprovalAsked): void {
    this.#approvals.set(approval.id, approval)
    this.#ring()
  }

  decided(approvalId: string): void {
    if (this.#approvals.delete(approvalId)) this.#ring()
  }

  waiting(approvals: readonly ApprovalAsked[]): void {
    this.#approvals.clear()
    for (const approval of approvals) this.#approvals.set(approval.id, approval)
    this.#ring()
  }

  left(): void {
    this.#hasLeft = true
    this.#ring()
  }

  get #at(): At & { readonly name: string } {
    const { session } = this.#run.journal
    const provider = session.status !== 'none' && 'provider' in session.spec.runtime && session.spec.runtime.provider
    if (!provider) throw new Error(`${this.#run.journal.sessionId} names no provider`)
    return provider
  }

  get #taskId(): string {
    return uuidv5(`${this.#run.journal.sessionId}/user`)
  }

  async #begin(): Promise<void> {
    const { journal } = this.#run
    // From its log: what it has of the conversation is not read into it again.
    for (const { event } of await journal.facts()) this.#heard.take(event)
    while (!this.#run.stopping.aborted && !isReleased(journal)) {
      await this.#step().catch((error: unknown) => this.#afterwards(error))
    }
  }

  async #afterwards(fault: unknown): Promise<void> {
    if (fault instanceof HaltedError) return
    const { logger } = this.#parts
    const { sessionId } = this.#run.journal
    // Heard of again when the gateway is back; asked again in a while where nothing tells.
    if (fault instanceof GatewayGone) logger.warn({ sessionId, reason: fault.message }, 'a gateway does not answer')
    else if (fault instanceof GatewayRefused) logger.warn({ sessionId, reason: fault.message }, 'a gateway refuses')
    else logger.error({ sessionId, err: fault }, 'a session at a gateway does not get on')
    await this.#untilMore(againMs, this.#run.stopping).catch(() => undefined)
  }

  async #step(): Promise<void> {
    await this.#recorded
    const run = this.#run
    const { session } = run.journal
    if (!isLive(session)) {
      return void (await run.record({
        type: 'RecordReleased',
        sandboxRemoved: true,
        worktreeRemoved: true,
        leftWork: null,
      }))
    }
    // Whoever ends it may; on is it not run.
    if (run.journal.unreadable && !session.kill && !session.terminate) return this.#untilMore()
    const house = this.#visit()
    if (house === undefined) return this.#untilMore()
    if (session.kill) return this.#kill(house)
    if (house === null) return this.#fail('its provider is configured no more: whatever it does there is not seen here')
    const connection = house.gateway.connection
    if (session.owner === 'begins') return this.#settleIn(session)
    if (!connection) return this.#outOfContact(house, session)
    if (session.hasLostContact) return void (await run.record({ type: 'RestoreContact' }))
    if (session.terminate) return this.#terminate(connection, session)
    if (this.#hasLeft) return this.#complete('finished', 'The session was removed at the gateway.')
    await this.#open(connection, session)
    if (this.#hasStirred) return this.#listen(connection, session)
    if (!this.#heard.messages.has(this.#taskId) && !isAdopted(session)) return this.#task(connection, session)
    if (session.inbox.length > 0) return this.#answer(connection, session)
    return this.#wait(session)
  }

  #visit(): House | null | undefined {
    const house = this.#parts.houses.of(this.#at.providerId)
    if (house === this.#house) return house
    this.#leave?.()
    this.#leave = house?.take(this.#at.sessionKey, this)
    this.#listensOver = undefined
    this.#house = house
    return house
  }

  /** A restart is soon over; after that what is known of the session is how it stood before. */
  async #outOfContact({ gateway: { lost } }: House, { hasLostContact }: LiveSession): Promise<void> {
    const ago = lost ? this.#parts.clock.now().getTime() - lost.since.getTime() : 0
    if (!lost || hasLostContact || ago < againMs) return this.#untilMore(againMs)
    await this.#run.record({ type: 'LoseContact', since: lost.since.toISOString(), message: lost.message })
  }

  async #settleIn({ status, started }: LiveSession): Promise<void> {
    const { name, sessionKey } = this.#at
    await this.#run.record({ type: 'RecordSpawned', place: { kind: 'remote', address: `${name}: ${sessionKey}` } })
    if (status === 'paused') return
    await this.#run.record({ type: 'RecordStarted', resumed: started })
  }

  /** Once for each connection: the session is there, and what happens in it is heard of. */
  async #open(connection: GatewayConnection, session: LiveSession): Promise<void> {
    if (this.#listensOver === connection) return
    const { sessionKey: key } = this.#at
    if (!isAdopted(session) && !this.#heard.messages.has(this.#taskId)) await this.#create(connection, session)
    if (connection.has('sessions.messages.subscribe')) await connection.call('sessions.messages.subscribe', { key })
    this.#listensOver = connection
    this.#hasStirred = true
  }

  /** Under the same name it is the same session, however often it is asked for. */
  async #create(connection: GatewayConnection, { spec }: LiveSession): Promise<void> {
    const { sessionKey: key } = this.#at
    const { model } = spec.runtime
    const label = `${spec.name} (${spec.sessionId.slice(-12)})`
    try {
      const answer = await connection.call('sessions.create', { key, label, ...(model !== null && { model }) })
      const there = created.safeParse(answer).data
      if (there?.key !== key) throw new GatewayGone('NOT_A_GATEWAY', 'it has begun another session than was asked for')
    } catch (error) {
      if (!(error instanceof GatewayRefused) || error.isPassing) throw error
      await this.#fail(`the gateway does not begin the session: ${error.message}`)
      throw new HaltedError('ended')
    }
  }

  async #task(connection: GatewayConnection, { spec }: LiveSession): Promise<void> {
    const messageId = this.#taskId
    if (!this.#sent.has(messageId)) {
      const told = await this.#say(connection, { messageId, text: spec.task }, false)
      if (told !== 'said') return this.#fail(`the gateway does not take the task: ${told.refused}`)
    }
    const content = [{ type: 'text' as const, text: spec.task }]
    const message = { messageId, turn: 0, role: 'user' as const, content, usage: null, stopReason: null, model: null }
    await this.#run.record({ type: 'RecordMessage', ...message }, messageId)
    this.#isActive = true
    this.#hasStirred = true
  }

  /** Reads what was said and done since the log was written last, and puts it there. */
  async #listen(connection: GatewayConnection, session: LiveSession): Promise<void> {
    this.#hasStirred = false
    const at = this.#at
    const isKnown = ({ id }: GatewayMessage) => this.#heard.messages.has(messageIdOf(at, id))
    try {
      const { messages, isActive } = await readConversation(connection, at.sessionKey, isKnown)
      for (const { rows } of messages) {
        const sent = sentFrom(rows[0]?.idempotencyKey)
        if (sent !== undefined) this.#sent.add(sent)
      }
      const countsFrom = isAdopted(session) ? this.#run.journal.spawnedAt.getTime() : 0
      const { turn, toolCallId } = session
      const isOurs = (messageId: string) => messageId === this.#taskId || this.#heard.messages.has(messageId)
      const steps = new StepsOf({ ...at, heard: this.#heard, isOurs, turn, toolCallId, countsFrom }).take(messages)
      if (steps.some(({ type }) => type === 'RecordMessage')) this.#live.over()
      for (const part of parted(steps)) await this.#record(part)
      this.#isActive = isActive
    } catch (error) {
      this.#hasStirred = true
      throw error
    }
  }

  async #record(steps: readonly HistoryStep[]): Promise<void> {
    const recorded = await this.#run.record({ type: 'RecordHistory', steps }, newId())
    if (recorded.ok) return
    // Being killed, it tells no more; whatever else it is will not get better by trying again.
    this.#run.halted.throwIfAborted()
    throw new Error(`what was said at the gateway cannot be recorded: ${recorded.error.message}`)
  }

  /** Takes what people have said to the gateway: answers to what it asked, and all else. */
  async #answer(connection: GatewayConnection, session: LiveSession): Promise<void> {
    const { question, inbox, turn } = session
    const answer = question && inbox.find(({ questionId }) => questionId === question.questionId)
    const approval = answer && this.#approvals.get(approvalIn(question.questionId))
    if (approval) {
      await this.#decide(connection, approval, answer.text)
      await this.#run.record({ type: 'TakeAnswer', questionId: question.questionId, turn })
      return
    }
    for (const message of inbox) {
      if (this.#sent.has(message.messageId)) continue
      const said = await this.#say(connection, message, this.#isActive)
      if (said !== 'said') await this.#note(`The gateway has not taken the message: ${said.refused}`)
    }
    if (answer) await this.#run.record({ type: 'TakeAnswer', questionId: question.questionId, turn })
    await this.#deliver(connection, turn)
  }

  /** Says what has come in between as well: delivered is what the gateway has. */
  async #deliver(connection: GatewayConnection, turn: number): Promise<void> {
    const texts = new Map<string, string>()
    const { session } = this.#run.journal
    if (isLive(session)) for (const { messageId, text } of session.inbox) texts.set(messageId, text)
    const delivered = await this.#run.record({ type: 'DeliverMessages', turn })
    if (!delivered.ok) return
    for (const { type, data } of delivered.value.events) {
      if (type !== 'OperatorMessageDelivered' || this.#sent.has(data.messageId)) continue
      const text = texts.get(data.messageId)
      if (text !== undefined) await this.#say(connection, { messageId: data.messageId, text }, true)
    }
  }

  async #say(
    connection: GatewayConnection,
    { messageId, text }: { readonly messageId: string; readonly text: string },
    interrupts: boolean,
  ): Promise<'said' | { readonly refused: string }> {
    const { sessionKey } = this.#at
    try {
      await speak(connection, { sessionKey, messageId, text }, { interrupts, signal: this.#run.halted })
    } catch (error) {
      if (!(error instanceof GatewayRefused)) throw error
      this.#sent.add(messageId)
      return { refused: error.message }
    }
    this.#sent.add(messageId)
    this.#isActive = true
    this.#hasStirred = true
    return 'said'
  }

  async #decide(connection: GatewayConnection, approval: ApprovalAsked, answer: string): Promise<void> {
    try {
      await connection.call('exec.approval.resolve', { id: approval.id, decision: decisionIn(approval, answer) })
    } catch (error) {
      if (!(error instanceof GatewayRefused)) throw error
      await this.#note(`The gateway has not taken the decision: ${error.message}`)
    }
    this.#approvals.delete(approval.id)
  }

  /** It waits for a person, or for what happens there. */
  async #wait(session: LiveSession): Promise<void> {
    const { question, status, turn } = session
    const [approval] = this.#approvals.values()
    const asked = status === 'waiting' ? question : null
    if (asked && isOver(asked.questionId, this.#approvals, this.#isActive)) {
      const answer = asked.questionId.startsWith(approvalMark) ? elsewhere.decided : elsewhere.idle
      return void (await this.#run.record({ type: 'ExpireQuestion', questionId: asked.questionId, answer }))
    }
    if (!asked && approval) {
      const questionId = `${approvalMark}${approval.id}`
      return void (await this.#run.record({ type: 'AskOperator', questionId, ...questionOf(approval) }))
    }
    if (!asked && !this.#isActive && status === 'running') {
      const idle = { question: idleWords, options: [], defaultAnswer: null, expiresAt: null }
      return void (await this.#run.record({ type: 'AskOperator', questionId: `idle-${turn}-${newId()}`, ...idle }))
    }
    await this.#untilMore()
  }

  async #terminate(connection: GatewayConnection, { terminate }: LiveSession): Promise<void> {
    await abort(connection, this.#at.sessionKey)
    await this.#complete('terminated', terminate?.note ?? '')
  }

  /** It asks whom the session runs at, and has their word for it; where they cannot be asked it waits until they can. */
  async #kill(house: House | null): Promise<void> {
    const { journal, stopping } = this.#run
    const connection = house?.gateway.connection
    if (!connection) return this.#untilMore(againMs, stopping)
    const { sessionKey, name } = this.#at
    await abort(connection, sessionKey, killCallMs)
    await this.#run.record({ type: 'RecordKillSignal', sent: { kind: 'request', address: `${name}: ${sessionKey}` } })
    while ((await readConversation(connection, sessionKey, () => true)).isActive) {
      await this.#untilMore(killPollMs, stopping)
      await abort(connection, sessionKey, killCallMs)
    }
    await this.#run.record({ type: 'RecordKillExit' })
    const now = this.#parts.clock.now().getTime()
    const latencyMs = Math.max(0, now - (journal.killRequestedAt?.getTime() ?? now))
    await this.#run.record({ type: 'RecordKilled', latencyMs, proof: 'reported' })
  }

  async #complete(outcome: 'finished' | 'terminated', summary: string): Promise<void> {
    await this.#run.record({ type: 'CompleteAgent', outcome, summary })
  }

  async #fail(message: string): Promise<void> {
    await this.#run.record({ type: 'FailAgent', code: 'AGENT_PROGRAM_FAILED', message })
  }

  async #note(text: string): Promise<void> {
    const { session } = this.#run.journal
    const turn = isLive(session) ? session.turn : 0
    const content = [{ type: 'text' as const, text }]
    const said = {
      messageId: newId(),
      turn,
      role: 'system' as const,
      content,
      usage: null,
      stopReason: null,
      model: null,
    }
    await this.#run.record({ type: 'RecordMessage', ...said })
  }

  /** What halts it ends the wait; once it is halted, a stop alone does. */
  async #untilMore(timeoutMs?: number, given?: AbortSignal): Promise<void> {
    const { halted, stopping } = this.#run
    const signal = given ?? (halted.aborted ? stopping : halted)
    const { revision } = this.#run.journal
    let rang = this.#hasStirred && timeoutMs === undefined && this.#house?.gateway.connection !== undefined
    await this.#run.until(() => rang || this.#run.journal.revision > revision, {
      timeoutMs,
      signal,
      also: (check) => {
        const bell = () => {
          rang = true
          check()
        }
        this.#bells.add(bell)
        return () => void this.#bells.delete(bell)
      },
    })
  }

  #ring(): void {
    for (const bell of this.#bells) bell()
  }
}

const approvalMark = 'approval-'
const approvalIn = (questionId: string): string => questionId.replace(approvalMark, '')

/** Whether what was asked need not be answered here any more. */
function isOver(questionId: string, approvals: ReadonlyMap<string, unknown>, isActive: boolean): boolean {
  if (questionId.startsWith(approvalMark)) return !approvals.has(approvalIn(questionId))
  return isActive || approvals.size > 0
}

const isReleased = ({ session }: Journal): boolean => session.status !== 'none' && !isLive(session) && session.released

/** It was there before it was here. */
const isAdopted = ({ spec: { runtime, sessionId } }: LiveSession): boolean =>
  !('provider' in runtime && runtime.provider && begunUnder(runtime.provider.sessionKey) === sessionId)

/** Together in one append: as many as the log takes at once. */
function* parted(steps: readonly HistoryStep[]): Generator<readonly HistoryStep[]> {
  let part: HistoryStep[] = []
  let characters = 0
  for (const step of steps) {
    const length = JSON.stringify(step).length
    if (part.length > 0 && (part.length >= mostSteps || characters + length > mostCharacters)) {
      yield part
      part = []
      characters = 0
    }
    part.push(step)
    characters += length
  }
  if (part.length > 0) yield part
}
