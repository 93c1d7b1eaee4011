import type {
  ContentChunk,
  Plan,
  RequestPermissionRequest,
  RequestPermissionResponse,
  SessionUpdate,
  StopReason,
  ToolCallUpdate,
} from '@agentclientprotocol/sdk'
import type { ContentBlock } from '@mosaic/contracts/agent-session'
import { newId } from '@mosaic/contracts/kernel'
import { coverBeginning } from '@mosaic/redaction'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import { shorten } from '../../tools/index.ts'
import { LiveFrames } from '../model/index.ts'
import type { Run } from '../worktree/index.ts'
import { AgentFault, type Listener } from './agent-link.ts'
import { canonical } from '../../approvals/index.ts'
import { inputOf, isRecord, mostShown, nameOfTool, outputOf, planOf } from './tool-words.ts'

/** One message, in characters: more of it is flushed as another. More than this is never looked through at once. */
const mostSaid = 200_000
/** So much before a text may be the beginning of a secret that it goes on with. */
const mostBefore = 4096
/** Calls of tools that wait to become facts: an agent that calls faster than the log writes is ended. */
const mostCalls = 1_000
/** All that waits to become a fact, in characters: an agent that says more than that ahead of the log is ended. */
const mostHeld = 32 * 1024 ** 2
/** What an agent calls a call, in characters. */
const mostNamed = 200

const unsaid = 'The agent said nothing of what came of this.'

/** How a turn's end is told: one that was cut off goes on when it is asked again. */
const stopReasons: Readonly<Record<StopReason, string>> = {
  end_turn: 'end_turn',
  max_tokens: 'max_tokens',
  max_turn_requests: 'pause_turn',
  refusal: 'refusal',
  cancelled: 'pause_turn',
}

type Said = { readonly messageId: string; readonly content: ContentBlock[] }

/** `before`: what was said up to it. */
export type Call = {
  readonly id: string
  readonly startedAt: number
  readonly before: Said
  said: ToolCallUpdate
  isTold: boolean
  isInvoked: boolean
  /** Nobody has said yet whether it may be made. */
  isHeld: boolean
  /** All that it was said to be given up to then, once it was allowed: it is given nothing else. */
  readonly inputs: Set<string>
  /** How much is held of it, by what it is, in characters. */
  readonly held: Map<string, number>
  isBound: boolean
}

/** Asked before a tool of the agent's runs, once it can be seen what it wants to do. */
export type Decide = (call: Call, request: RequestPermissionRequest) => Promise<RequestPermissionResponse>

/**
 * One turn of an agent: what it says becomes live frames at once and facts when it is whole. A tool's call and what came
 * of it are facts one after the other, whatever runs side by side inside.
 */
export class Turn implements Listener {
  /** Rejects when a fact cannot be written, or the agent floods us. */
  readonly failed: Promise<never>
  readonly #run: Run
  readonly #decide: Decide
  readonly #changed: (call: Call) => void
  readonly #calls: Call[] = []
  /** Ids of calls that are done: what is said of them afterwards changes no fact. */
  readonly #over = new Set<string>()
  readonly #fail: (error: unknown) => void
  #content: ContentBlock[] = []
  #characters = 0
  /** What waits to become a fact, in characters. */
  #held = 0
  /** As it was told last. */
  #plan = ''
  #messageId = newId()
  #frames: LiveFrames | undefined
  #number: number
  #facts: Promise<void> = Promise.resolve()
  #isOver = false

  constructor(run: Run, session: LiveSession, how: { decide: Decide; changed: (call: Call) => void }) {
    this.#run = run
    this.#decide = how.decide
    this.#changed = how.changed
    this.#number = session.turn + 1
    const failed = Promise.withResolvers<never>()
    failed.promise.catch(() => undefined)
    this.failed = failed.promise
    this.#fail = failed.reject
  }

  heard(update: SessionUpdate): void {
    if (this.#isOver) return
    switch (update.sessionUpdate) {
      case 'agent_message_chunk':
        return this.#said('text', update)
      case 'agent_thought_chunk':
        return this.#said('thinking', update)
      case 'tool_call':
      case 'tool_call_update':
        this.#called(update)
        return this.#advance()
      case 'plan':
        return this.#planned(update)
    }
  }

  async permission(request: RequestPermissionRequest): Promise<RequestPermissionResponse> {
    const call = this.#called({ ...request.toolCall, status: 'in_progress' })
    if (this.#isOver || !call) return { outcome: { outcome: 'cancelled' } }
    call.isHeld = true
    this.#advance()
    await this.#facts
    try {
      return await this.#decide(call, request)
    } finally {
      call.isHeld = false
      this.#advance()
    }
  }

  /** The agent has ended its turn: all that it has said is a fact afterwards. */
  async end(stopReason: StopReason): Promise<void> {
    this.#isOver = true
    for (const call of this.#calls) fail(call)
    this.#advance()
    this.#facts = this.#facts.then(() => this.#record(stopReasons[stopReason]))
    await Promise.race([this.#facts, this.failed])
  }

  /** It can say no more: what it had begun to say is told as far as it came; of tools the one that was running. */
  async cut(): Promise<void> {
    if (this.#isOver) return
    this.#isOver = true
    this.#calls.splice(1)
    for (const call of this.#calls) fail(call)
    this.#advance()
    this.#facts = this.#facts.then(async () => {
      if (this.#content.length > 0) await this.#record('pause_turn')
    })
    await this.#facts
  }

  #said(type: 'text' | 'thinking', { content }: ContentChunk): void {
    if (content.type !== 'text') return
    for (let at = 0; at < content.text.length; ) {
      const piece = beginningOf(content.text, at, mostSaid - this.#characters)
      this.#saidPiece(type, piece)
      at += piece.length
    }
  }

  #saidPiece(type: 'text' | 'thinking', piece: string): void {
    const last = this.#content.at(-1)
    if (last?.type === 'text' && type === 'text') last.text += piece
    else if (last?.type === 'thinking' && type === 'thinking') last.thinking += piece
    else this.#content.push(type === 'text' ? { type, text: piece } : { type, thinking: piece })
    this.#live().delta({ block: this.#content.length - 1, blockType: type, toolName: null, text: piece })
    this.#characters += piece.length
    if (this.#characters < mostSaid) return
    const characters = this.#characters
    const message = this.#take()
    if (!this.#hold(characters)) return
    this.#then(async () => {
      await this.#tell(message, 'pause_turn')
      this.#held -= characters
    })
  }

  /** Shown as what a tool has answered: none of ours, and none that does anything. */
  #planned(plan: Plan): void {
    const text = planOf(plan)
    if (text === this.#plan) return
    this.#plan = text
    const content = [{ type: 'content' as const, content: { type: 'text' as const, text } }]
    this.#called({ toolCallId: `plan/${newId()}`, name: 'plan', status: 'completed', content })
    this.#advance()
  }

  #called(said: ToolCallUpdate): Call | undefined {
    if (said.toolCallId.length > mostNamed) {
      this.#fail(new AgentFault(`its name of a call is longer than ${mostNamed} characters`))
      return undefined
    }
    const known = this.#calls.find((call) => call.said.toolCallId === said.toolCallId)
    if (known) {
      const news = Object.entries(said).filter(([, value]) => value !== null && value !== undefined)
      if (!this.#keep(known, isDone(known.said) ? [] : news)) return undefined
      this.#given(known, said)
      if (!isDone(known.said)) known.said = { ...known.said, ...Object.fromEntries(news) }
      return known
    }
    if (this.#over.has(said.toolCallId)) return undefined
    if (this.#calls.length >= mostCalls) {
      this.#fail(new AgentFault(`it called more than ${mostCalls} tools at once`))
      return undefined
    }
    const characters = this.#characters
    const call = { id: newId(), startedAt: performance.now(), before: this.#take(), said: { ...said }, ...untold() }
    if (!this.#keep(call, Object.entries(said), characters)) return undefined
    this.#calls.push(call)
    this.#given(call, said)
    return call
  }

  /** What is said of a call stands for what was said before in the same field. `false`: it is more than is held. */
  #keep({ held }: Call, fields: readonly (readonly [string, unknown])[], before?: number): boolean {
    const sizes = fields.map(([field, value]) => [field, sizeOf(value)] as const)
    if (before !== undefined) sizes.push(['', before])
    const more = sizes.reduce((sum, [field, size]) => sum + size - (held.get(field) ?? 0), 0)
    for (const [field, size] of sizes) held.set(field, size)
    return this.#hold(more)
  }

  #hold(characters: number): boolean {
    this.#held += characters
    if (this.#held <= mostHeld) return true
    this.#fail(new AgentFault(`it said more than ${mostHeld} characters ahead of what could be written down`))
    return false
  }

  /** Makes facts of what is ready: the first call, and once it is done the next. */
  #advance(): void {
    this.#then(async () => {
      for (let call = this.#calls[0]; call && isBegun(call.said); call = this.#calls[0]) {
        await this.#announce(call)
        if (call.isHeld) return
        await this.#invoke(call)
        if (!isDone(call.said)) return
        await this.#complete(call)
        this.#calls.shift()
        this.#over.add(call.said.toolCallId)
        for (const size of call.held.values()) this.#held -= size
      }
    })
  }

  /** What it is given must be what was allowed. */
  #given(call: Call, { rawInput }: ToolCallUpdate): void {
    if (!isRecord(rawInput) || Object.keys(rawInput).length === 0) return
    const input = canonical(rawInput)
    if (call.inputs.has(input)) return
    if (call.isBound) this.#changed({ ...call, said: { ...call.said, rawInput } })
    else if (call.inputs.size < mostInputs && this.#keep(call, [[`input ${call.inputs.size}`, input]])) {
      call.inputs.add(input)
    }
  }

  async #announce(call: Call): Promise<void> {
    if (call.isTold) return
    call.isTold = true
    const name = nameOfTool(call.said)
    const input = inputOf(call.said)
    const message = call.before
    await this.#tell(
      { ...message, content: [...message.content, { type: 'tool_use', id: call.id, name, input }] },
      'tool_use',
    )
  }

  async #invoke(call: Call): Promise<void> {
    if (call.isInvoked) return
    call.isInvoked = true
    const [name, input] = [nameOfTool(call.said), inputOf(call.said)]
    await this.#run.record({ type: 'InvokeTool', toolCallId: call.id, turn: this.#number - 1, name, input })
  }

  async #complete({ id, said, startedAt }: Call): Promise<void> {
    await this.#run.record({
      type: 'CompleteTool',
      toolCallId: id,
      turn: this.#number - 1,
      name: nameOfTool(said),
      output: this.#shown(outputOf(said) || (said.status === 'failed' ? unsaid : '')),
      isError: said.status === 'failed',
      durationMs: Math.round(performance.now() - startedAt),
      interrupted: false,
    })
    this.#run.checkpoints.begin()
  }

  /** Of what is far too long only that is looked through of which something is shown. */
  #shown(output: string): string {
    const { shown } = this.#run.seams
    if (output.length <= mostSaid) return shorten(coverBeginning(shown.covered(output)), mostShown).text
    const half = mostShown / 2
    const head = coverBeginning(shown.covered(output.slice(0, mostSaid / 2))).slice(0, half)
    shown.covered(output.slice(-mostSaid / 2 - mostBefore, -mostSaid / 2))
    const tail = coverBeginning(shown.covered(output.slice(-mostSaid / 2))).slice(-half)
    const note = `\n[… ${output.length - head.length - tail.length} characters left out …]\n`
    return head.toWellFormed() + note + tail.toWellFormed()
  }

  async #record(stopReason: string): Promise<void> {
    await this.#tell(this.#take(), stopReason)
  }

  /** What has been said since the last message, as the next one. */
  #take(): Said {
    const taken = { messageId: this.#messageId, content: this.#content }
    this.#frames?.finished()
    this.#frames = undefined
    this.#messageId = newId()
    this.#content = []
    this.#characters = 0
    return taken
  }

  async #tell({ messageId, content }: Said, stopReason: string): Promise<void> {
    const { said } = this.#run.seams
    const covered = content.map((block) =>
      block.type === 'text' ? { ...block, text: coverBeginning(said.covered(block.text)) } : block,
    )
    const message = { messageId, turn: this.#number++, role: 'agent' as const, content: covered, stopReason }
    // What its model's answers have cost is told of its calls.
    await this.#run.record({ type: 'RecordMessage', ...message, usage: null, model: null })
  }

  #live(): LiveFrames {
    if (this.#frames) return this.#frames
    const { deps, workspaceId, journal, redactor, seams } = this.#run
    const identity = { sessionId: journal.sessionId, messageId: this.#messageId }
    this.#frames = new LiveFrames(identity, (frame) => deps.publishLive(workspaceId, frame), {
      redact: redactor.text,
      seam: seams.live,
    })
    this.#frames.started(this.#number)
    return this.#frames
  }

  #then(work: () => Promise<void>): void {
    this.#facts = this.#facts.then(work)
    this.#facts.catch(this.#fail)
  }
}

/** More than an agent says of one call. */
const mostInputs = 20

const untold = () => ({
  isTold: false,
  isInvoked: false,
  isHeld: false,
  isBound: false,
  inputs: new Set<string>(),
  held: new Map<string, number>(),
})

/** So many characters of a text, and one more where the last would be half of one. */
function beginningOf(text: string, from: number, length: number): string {
  const to = from + length
  return text.slice(from, /[\udc00-\udfff]/.test(text[to] ?? '') ? to + 1 : to)
}

/** In characters; more than can be held where it goes too deep to be written down. */
function sizeOf(value: unknown): number {
  try {
    return JSON.stringify(value)?.length ?? 0
  } catch {
    return Infinity
  }
}

function fail(call: Call): void {
  call.isHeld = false
  if (!isDone(call.said)) call.said.status = 'failed'
}

/** Before, an agent still writes what it is going to call. */
const isBegun = ({ status }: ToolCallUpdate) =>
  status === 'in_progress' || status === 'completed' || status === 'failed'
const isDone = ({ status }: ToolCallUpdate) => status === 'completed' || status === 'failed'
