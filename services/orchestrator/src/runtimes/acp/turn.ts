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
import { inputOf, isRecord, nameOfTool, outputOf, planOf } from './tool-words.ts'

/** One message, and what one tool has answered, in characters: more of it is flushed as another, or left out. */
const [mostSaid, mostShown] = [200_000, 60_000]
/** Calls of tools that wait to become facts: an agent that calls faster than the log writes is ended. */
const mostCalls = 1_000

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
    if (content.type !== 'text' || content.text === '') return
    const last = this.#content.at(-1)
    if (last?.type === 'text' && type === 'text') last.text += content.text
    else if (last?.type === 'thinking' && type === 'thinking') last.thinking += content.text
    else this.#content.push(type === 'text' ? { type, text: content.text } : { type, thinking: content.text })
    this.#live().delta({ block: this.#content.length - 1, blockType: type, toolName: null, text: content.text })
    this.#characters += content.text.length
    if (this.#characters < mostSaid) return
    const message = this.#take()
    this.#then(() => this.#tell(message, 'pause_turn'))
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
    const known = this.#calls.find((call) => call.said.toolCallId === said.toolCallId)
    if (known) {
      this.#given(known, said)
      const news = Object.entries(said).filter(([, value]) => value !== null && value !== undefined)
      if (!isDone(known.said)) known.said = { ...known.said, ...Object.fromEntries(news) }
      return known
    }
    if (this.#over.has(said.toolCallId)) return undefined
    if (this.#calls.length >= mostCalls) {
      this.#fail(new AgentFault(`it called more than ${mostCalls} tools at once`))
      return undefined
    }
    const call = { id: newId(), startedAt: performance.now(), before: this.#take(), said: { ...said }, ...untold() }
    this.#calls.push(call)
    this.#given(call, said)
    return call
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
      }
    })
  }

  /** What it is given must be what was allowed. */
  #given(call: Call, { rawInput }: ToolCallUpdate): void {
    if (!isRecord(rawInput) || Object.keys(rawInput).length === 0) return
    const input = canonical(rawInput)
    if (call.isBound && !call.inputs.has(input)) this.#changed({ ...call, said: { ...call.said, rawInput } })
    else if (call.inputs.size < mostInputs) call.inputs.add(input)
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
    const covered = coverBeginning(
      this.#run.seams.shown.covered(outputOf(said) || (said.status === 'failed' ? unsaid : '')),
    )
    await this.#run.record({
      type: 'CompleteTool',
      toolCallId: id,
      turn: this.#number - 1,
      name: nameOfTool(said),
      output: shorten(covered, mostShown).text,
      isError: said.status === 'failed',
      durationMs: Math.round(performance.now() - startedAt),
      interrupted: false,
    })
    this.#run.checkpoints.begin()
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

const untold = () => ({ isTold: false, isInvoked: false, isHeld: false, isBound: false, inputs: new Set<string>() })

function fail(call: Call): void {
  call.isHeld = false
  if (!isDone(call.said)) call.said.status = 'failed'
}

/** Before, an agent still writes what it is going to call. */
const isBegun = ({ status }: ToolCallUpdate) =>
  status === 'in_progress' || status === 'completed' || status === 'failed'
const isDone = ({ status }: ToolCallUpdate) => status === 'completed' || status === 'failed'
