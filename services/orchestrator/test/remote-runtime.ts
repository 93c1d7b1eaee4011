import type { RuntimeCapabilities, SpawnAgent } from '@mosaic/contracts/agent-session'
import { err, ok } from '@mosaic/contracts/kernel'
import { uuidv5 } from '@mosaic/event-store'
import { isLive, type LiveSession } from '../src/domain/agent-session/index.ts'
import type { Journal } from '../src/journal/journal.ts'
import { ClaimedRun, HaltedError } from '../src/runtimes/claimed-run.ts'
import type { RunningSession, Runtime, RuntimeParts } from '../src/runtimes/index.ts'

type Kind = { readonly kind: string; readonly capabilities: RuntimeCapabilities }
type Parts = Pick<RuntimeParts, 'clock' | 'roster'>

const notTaken = ['repository', 'branch', 'sandbox', 'maxTurns'] as const satisfies readonly (keyof SpawnAgent)[]

/**
 * For tests: a runtime whose sessions are nowhere on this machine, so that it has no repository and only hears that
 * something was killed. Its agent asks whether to go on, and finishes once it is answered.
 */
export const remoteRuntime = ({ kind, capabilities }: Kind, parts: Parts): Runtime => ({
  kind,
  branches: null,
  async plan(request) {
    const field = notTaken.find((name) => request[name] !== undefined)
    if (field) {
      const message = `${field}: a session of the runtime ${kind} works at a place of its own`
      return err({ code: 'VALIDATION_FAILED', message, field })
    }
    const runtime = { kind, modelProvider: null, model: request.model ?? null, capabilities }
    return ok({ runtime, workplace: { kind: 'remote' } })
  },
  planChild: async ({ runtime, workplace }) => ok({ runtime, workplace }),
  pushWork: async () => ok({ branch: null, uncommitted: null }),
  planAgain: async () =>
    err({ code: 'CONTROL_NOT_SUPPORTED', message: `a session of the runtime ${kind} cannot be taken up again` }),
  worktreesLeft: null,
  start: async () => async () => undefined,
  run: (journal) => new RemoteSession(journal, parts),
})

const address = 'test://elsewhere'

class RemoteSession implements RunningSession {
  readonly done: Promise<void>
  readonly #run: ClaimedRun
  readonly #parts: Parts
  #recorded: Promise<void> = Promise.resolve()

  constructor(journal: Journal, parts: Parts) {
    this.#parts = parts
    this.#run = new ClaimedRun(journal, parts)
    const stopListening = journal.onEvent(({ event }) => {
      if (event.type === 'SessionClaimed') this.#run.noticeClaim()
      if (event.type === 'AgentKillRequested') this.#run.halt('killed')
    })
    this.done = this.#loop().finally(stopListening)
  }

  async contain(recorded: Promise<void>): Promise<boolean> {
    this.#recorded = recorded.catch(() => undefined)
    this.#run.halt('killed')
    return false
  }

  park() {
    return this.stop()
  }

  async stop() {
    this.#run.halt('stopping')
    await this.done
  }

  async #loop() {
    while (!this.#run.stopping.aborted && !isReleased(this.#run.journal)) {
      await this.#step().catch((error: unknown) => {
        if (!(error instanceof HaltedError)) throw error
      })
    }
  }

  async #step() {
    await this.#recorded
    const run = this.#run
    const { session } = run.journal
    if (!isLive(session)) {
      return run.record({ type: 'RecordReleased', sandboxRemoved: true, worktreeRemoved: true, leftWork: null })
    }
    if (session.kill) return this.#kill()
    if (session.terminate) {
      return run.record({ type: 'CompleteAgent', outcome: 'terminated', summary: session.terminate.note ?? '' })
    }
    if (session.owner === 'begins') return this.#begin(session)
    if (session.control === 'pause') return run.record({ type: 'ConfirmPause' })
    if (session.control === 'resume') return run.record({ type: 'ConfirmResume' })
    if (session.status === 'paused') return this.#untilMore()
    return this.#goOn(session)
  }

  async #begin({ spec, status, started }: LiveSession) {
    await this.#run.record({ type: 'RecordSpawned', place: { kind: 'remote', address } })
    if (status === 'spawning' || status === 'running') {
      await this.#run.record({ type: 'RecordStarted', resumed: started })
    }
    if (started) return
    await this.#say('system', `You are an agent at ${address}.`)
    await this.#say('user', spec.task)
    await this.#say('agent', 'I would rather ask first.')
  }

  async #goOn({ spec, status, question, inbox }: LiveSession) {
    const run = this.#run
    const questionId = `${spec.sessionId}/go-on`
    // It has been told something since it last spoke.
    if (run.journal.transcript.awaiting === 'model') {
      return run.record({ type: 'CompleteAgent', outcome: 'finished', summary: 'went on' })
    }
    if (inbox.some((message) => message.questionId === questionId)) {
      return run.record({ type: 'TakeAnswer', questionId, turn: 1 })
    }
    if (inbox.length > 0) return run.record({ type: 'DeliverMessages', turn: 1 })
    if (question && status === 'waiting') return this.#untilMore()
    const asked = { questionId, question: 'Go on?', options: [], defaultAnswer: null, expiresAt: null }
    return run.record({ type: 'AskOperator', ...asked })
  }

  /** It asks whom the session runs at, and has their word for it. */
  async #kill() {
    const { journal } = this.#run
    await this.#run.record({ type: 'RecordKillSignal', sent: { kind: 'request', address } })
    await this.#run.record({ type: 'RecordKillExit' })
    const since = (journal.killRequestedAt ?? this.#parts.clock.now()).getTime()
    const latencyMs = Math.max(0, this.#parts.clock.now().getTime() - since)
    await this.#run.record({ type: 'RecordKilled', latencyMs, proof: 'reported' })
  }

  #say(role: 'system' | 'user' | 'agent', text: string) {
    const { sessionId } = this.#run.journal
    const content = [{ type: 'text' as const, text }]
    const message = { messageId: uuidv5(`${sessionId}/${role}`), turn: role === 'agent' ? 1 : 0, role, content }
    return this.#run.record({ type: 'RecordMessage', ...message, usage: null, stopReason: null, model: null })
  }

  #untilMore() {
    const { revision } = this.#run.journal
    return this.#run.until(() => this.#run.journal.revision > revision)
  }
}

const isReleased = ({ session }: Journal) => session.status !== 'none' && !isLive(session) && session.released
