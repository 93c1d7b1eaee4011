import { shorten, textOf as textOfCall } from '../../approvals/index.ts'
import type { Socket } from 'node:net'
import { isLive, type LiveSession } from '../../domain/agent-session/index.ts'
import { type Services, serviceTarget } from '../../egress/index.ts'
import type { Call } from '../../journal/transcript.ts'
import { attachVariable, serviceUrl } from '../../sandbox/index.ts'
import type { Extras } from '../../setup/index.ts'
import { type Mind, nudge, type Run, SessionFailure, unlessHalted } from '../worktree/index.ts'
import { AgentFault, AgentLink, type Earlier } from './agent-link.ts'
import type { AgentStates } from './agent-states.ts'
import { agentAsked } from './asked.ts'
import { Asks } from './asks.ts'
import { commitTurn } from './commit-turn.ts'
import { type Denied, decider, exactOf } from './decide.ts'
import { TurnEnding } from './turn-ending.ts'
import { introduction } from './introduction.ts'
import type { InstalledAgents } from './installed.ts'
import { mcpTools } from './mcp-tools.ts'
import { modelRelay } from './model-relay.ts'
import { folderVariable, type Preset, startCommand } from './presets.ts'
import { promptOf } from './prompt-of.ts'
import type { Addresses } from './relay/admission.ts'
import { RelayedCalls } from './relay/calls.ts'
import { spokenIn } from './relay/spoken.ts'
import { type Call as AgentCall, Turn } from './turn.ts'

export type AcpParts = {
  readonly agents: InstalledAgents
  readonly states: AgentStates
  readonly addressOf: Addresses
}

/** Only its own end and its session's time end it. */
const mostTurns = Number.MAX_SAFE_INTEGER
const cutOff = 'Interrupted: this was under way when the agent ended. It may have taken effect in part or in whole.'

/** An agent that was told to end its turn, and does not, is ended. */
const endsWithinMs = 30_000

type Going = { readonly turn: Turn } & ReturnType<RelayedCalls['begin']>

/** An agent of others, which thinks in its own program in the sandbox. */
export class AcpMind implements Mind {
  readonly mostTurns = mostTurns
  readonly endsSilently = true
  readonly introduction = introduction
  readonly #run: Run
  readonly #parts: AcpParts
  readonly #asks = new Asks()
  #link: Promise<AgentLink> | undefined
  #connected: ((socket: Socket) => void) | undefined
  #turn: Turn | undefined
  /** Its conversation was taken up, or would have been: what it remembers is not there. */
  #earlier: Earlier | undefined
  #calls: RelayedCalls | undefined

  constructor(run: Run, parts: AcpParts) {
    this.#run = run
    this.#parts = parts
  }

  brings(session: LiveSession): Extras {
    const { preset, folder } = this.#preset(session)
    const { model } = agentAsked(session.spec)
    const { states } = this.#parts
    const { sessionId } = session.spec
    const { agentSessionId } = session
    const lost = states.has(sessionId) ? null : 'what it had kept of its conversation is not on this machine'
    this.#earlier = agentSessionId === null ? undefined : { agentSessionId, lost }
    const state = states.open(sessionId)
    return {
      statePath: state,
      toolchains: [folder],
      services: this.#services(session),
      environment: { ...preset.environment({ url: serviceUrl('model'), model, state }), [folderVariable]: folder },
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

  /** Its conversation is its own: it makes it shorter itself. */
  async compact(): Promise<void> {}

  async takeTurn(session: LiveSession): Promise<void> {
    const run = this.#run
    const isFirst = this.#link === undefined
    const ending = new TurnEnding()
    const denied: Denied[] = []
    this.#asks.clear()
    const turn = new Turn(run, session, {
      decide: decider(run, { denied, theirs: ending, asks: this.#asks }),
      changed: (call) => this.#refuse(call, ending),
    })
    const calls = this.#calls ?? this.#callsOf(session)
    const going = calls.begin()
    this.#turn = turn
    run.writtenAt = undefined
    // All that it does is done in the sandbox, which a pause freezes.
    run.activity = 'sandboxed'
    try {
      const link = await unlessHalted(run.halted, this.#linked(session))
      const how = isFirst ? link.begun.how : null
      if (isFirst) await run.record({ type: 'RecordProgram', ...link.begun })
      const stopReason = await this.#prompted(link, { turn, ending, ...going }, promptOf(run.journal.transcript, how))
      run.activity = 'busy'
      await calls.told()
      await turn.end(calls.isCutOff ? 'cancelled' : stopReason)
      if (calls.isCutOff) await this.#wait(calls)
      else if (stopReason === 'end_turn') await commitTurn(run)
      for (const { tool, note } of denied) await nudge(run, `${tool} was denied to you. They say: ${note}`)
    } catch (error) {
      if (!(error instanceof AgentFault || error instanceof SessionFailure) || run.halted.aborted) throw error
      ending.end()
      this.end()
      run.activity = 'busy'
      await calls.told()
      await turn.cut()
      if (error instanceof SessionFailure) throw error
      if (calls.isCutOff) return this.#wait(calls)
      throw new SessionFailure('AGENT_PROGRAM_FAILED', `${this.#preset(session).preset.title}: ${error.message}`, {
        cause: error,
      })
    } finally {
      ending.end()
      run.activity = 'busy'
      this.#turn = undefined
    }
  }

  /** Its program ran it; that one is gone. */
  async runTool({ id: toolCallId, name, turn, input, state }: Call): Promise<void> {
    if (state === 'open') await this.#run.record({ type: 'InvokeTool', toolCallId, turn, name, input: { ...input } })
    const outcome = { output: cutOff, isError: true, durationMs: 0, interrupted: true }
    await this.#run.record({ type: 'CompleteTool', toolCallId, turn, name, ...outcome })
  }

  /** Its session has ended: nobody takes up its conversation any more. */
  async forget(): Promise<void> {
    await this.#parts.states.remove(this.#run.journal.sessionId)
  }

  end(): void {
    void this.#link?.then((link) => link.end()).catch(() => undefined)
    this.#link = undefined
  }

  async #wait(calls: RelayedCalls): Promise<void> {
    const { session } = this.#run.journal
    if (isLive(session)) await calls.wait(session)
  }

  /** It does something else than was allowed: nothing more of that turn. */
  #refuse(call: AgentCall, ending: TurnEnding): void {
    const { redactor, journal, deps } = this.#run
    const { session, sessionId } = journal
    const exact = exactOf(call)
    const told = {
      toolCallId: call.id,
      turn: isLive(session) ? session.turn : 0,
      tool: redactor.text(exact.tool),
      shown: shorten(redactor.text(textOfCall(exact))).shown,
      digest: deps.approvals.digestOf(sessionId, exact),
    }
    ending.cancel?.()
    void this.#run.record({ type: 'RecordCallChanged', ...told }).catch(() => undefined)
  }

  async #prompted(
    link: AgentLink,
    { turn, ending, stopped, failed }: Going & { readonly ending: TurnEnding },
    text: string,
  ) {
    ending.cancel = () => {
      ending.end()
      link.cancel()
    }
    const { cancel } = ending
    const { journal, halted } = this.#run
    const cancelWhere = () => {
      const { session } = journal
      if (!isLive(session)) return
      const mayHear = session.control === 'none' && session.status !== 'paused'
      if (session.terminate || (mayHear && session.inbox.some(({ questionId }) => questionId === null))) cancel()
    }
    const stop = journal.onEvent(cancelWhere)
    const late = setTimeout(cancel, this.#leftMs())
    const stubborn = Promise.withResolvers<never>()
    let ends: NodeJS.Timeout | undefined
    void stopped.then(() => {
      cancel()
      ends = setTimeout(() => stubborn.reject(new AgentFault('it does not end its turn')), endsWithinMs)
    })
    try {
      const asked = link.prompt(text)
      // Said while it was being started.
      cancelWhere()
      return await unlessHalted(halted, Promise.race([asked, turn.failed, failed, stubborn.promise]))
    } finally {
      clearTimeout(late)
      clearTimeout(ends)
      stop()
    }
  }

  /** Its session ends then, whatever it is at. */
  #leftMs(): number {
    const { deps, journal } = this.#run
    const { session } = journal
    const most = Math.min(deps.limits.sessionMs, ((isLive(session) && session.spec.timeoutSeconds) || Infinity) * 1000)
    const left = journal.spawnedAt.getTime() + most - deps.clock.now().getTime()
    return Math.min(Math.max(left, 0), 2 ** 31 - 1)
  }

  #linked(session: LiveSession): Promise<AgentLink> {
    if (this.#link) return this.#link
    const { workplace } = this.#run
    if (!workplace) throw new SessionFailure('SANDBOX_FAILED', 'there is no sandbox to start the agent in')
    const { preset } = this.#preset(session)
    const connection = new Promise<Socket>((resolve) => (this.#connected = resolve))
    this.#link = AgentLink.start({
      sandbox: workplace.sandbox,
      command: startCommand(preset, attachVariable, serviceTarget('agent')),
      cwd: workplace.worktree.path,
      toolsUrl: serviceUrl('tools'),
      mode: preset.mode,
      earlier: this.#earlier,
      connection,
      listener: {
        heard: (update) => this.#turn?.heard(update),
        permission: async (request) => this.#turn?.permission(request) ?? { outcome: { outcome: 'cancelled' } },
      },
    })
    this.#link.catch(() => (this.#link = undefined))
    return this.#link
  }

  #services(session: LiveSession): Services {
    const { model } = agentAsked(session.spec)
    const { spoken, address } = this.#modelOf(session)
    const calls = this.#callsOf(session)
    this.#calls = calls
    const relay = modelRelay({ spoken, calls, address, model, signal: this.#run.halted })
    return new Map([
      ['model', { request: relay }],
      ['tools', { request: mcpTools(this.#run, this.#asks) }],
      // One connection for each start: whoever else asks for it inside is nobody.
      ['agent', { connect: () => this.#expected() }],
    ])
  }

  #callsOf(session: LiveSession): RelayedCalls {
    const { modelProvider, model } = agentAsked(session.spec)
    return new RelayedCalls(this.#run, { named: { modelProvider, model }, ...this.#modelOf(session) })
  }

  #modelOf(session: LiveSession) {
    const { modelProvider } = agentAsked(session.spec)
    const { dialect, title } = this.#preset(session).preset
    const spoken = spokenIn(dialect)
    if (!spoken) throw new SessionFailure('INTERNAL', `${title} asks its model in ${dialect}, which no agent can`)
    return { spoken, address: () => this.#parts.addressOf(modelProvider, dialect) }
  }

  #expected(): ((socket: Socket) => void) | undefined {
    const connected = this.#connected
    this.#connected = undefined
    return connected
  }

  #preset(session: LiveSession): { preset: Preset; folder: string } {
    const found = this.#parts.agents.folderOf(agentAsked(session.spec).agent)
    if (!found.ok) throw new SessionFailure('AGENT_PROGRAM_FAILED', found.error.message)
    return found.value
  }
}
