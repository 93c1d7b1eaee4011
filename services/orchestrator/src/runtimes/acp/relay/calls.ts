import type { ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { newId } from '@mosaic/contracts/kernel'
import pLimit from 'p-limit'
import { isLive, type LiveSession } from '../../../domain/agent-session/index.ts'
import { type ModelAddress, ModelFault, type NamedModel, observedCall, type Reply } from '../../model/index.ts'
import {
  isLimited,
  mostTokens,
  type Run,
  SessionFailure,
  tellCut,
  TimeIsUpError,
  waitForModel,
} from '../../worktree/index.ts'
import { Admission, type Admitted } from './admission.ts'
import { CallFacts, type Ended } from './call-facts.ts'
import { Prompts } from './prompts.ts'
import type { Body, Route, Spoken } from './spoken.ts'
import { Stopped } from './stopped.ts'

/** What servers add for an agent's tools, in tokens: more than any of them does. */
const mostAdded = 2000

/** What may pass of a server's answer: no cookies. */
const answered =
  /^(?:content-type|request-id|x-request-id|retry-after|retry-after-ms|anthropic-ratelimit-[\w-]+|x-ratelimit-[\w-]+|x-should-retry)$/

export type Asked = {
  readonly route: Route
  readonly body: Body
  /** None that a server would take for a key. */
  readonly headers: Readonly<Record<string, string>>
}
export type Refuse = (status: number, message: string) => void

type Parts = {
  readonly named: NamedModel
  readonly spoken: Spoken
  /** Asked anew for each call: keys are changed while agents run. A text says why nobody can be asked. */
  readonly address: () => ModelAddress | string
}

/**
 * The calls that an agent of another maker makes to its model by way of us: none begins before its budgets and its
 * provider's limits have room for it, and each is a fact once it is over.
 */
export class RelayedCalls {
  readonly #run: Run
  readonly #parts: Parts
  readonly #admission: Admission
  readonly #facts: CallFacts
  readonly #prompts: Prompts
  /** One at a time is let in: who waits does so once, for all. */
  readonly #line = pLimit(1)
  #failed = Promise.withResolvers<never>()
  #stopped = Promise.withResolvers<void>()
  /** Why its turn cannot go on now. */
  #stop: Stopped | undefined
  /** Its last call has failed, and may succeed later. */
  #isInTrouble = false

  constructor(run: Run, parts: Parts) {
    this.#run = run
    this.#parts = parts
    this.#admission = new Admission(run, parts.named, parts.address)
    this.#prompts = new Prompts(parts.spoken.conversation, run.redactor.value)
    this.#facts = new CallFacts(run, this.#prompts, parts.named)
  }

  /** A turn of its agent begins: `stopped`, once it cannot go on with it now; `failed` rejects where it never can. */
  begin(): { readonly stopped: Promise<void>; readonly failed: Promise<never> } {
    this.#stop = undefined
    this.#isInTrouble = false
    this.#stopped = Promise.withResolvers()
    this.#failed = Promise.withResolvers()
    this.#failed.promise.catch(() => undefined)
    return { stopped: this.#stopped.promise, failed: this.#failed.promise }
  }

  /** Whether its turn ends for want of its model, and goes on once that can be had. */
  get isCutOff(): boolean {
    return this.#stop !== undefined || this.#isInTrouble
  }

  /** All that has come to its end by now is a fact afterwards. */
  told(): Promise<void> {
    return this.#facts.told()
  }

  /** Lets the session wait for what its turn could not go on without. @throws SessionFailure where that is of no use */
  async wait(session: LiveSession): Promise<void> {
    // Where its server has failed, that it waits is a fact already.
    await this.#stop?.wait(this.#run, session)
  }

  /** Asks as the agent does, and answers as its server does. */
  async pass(asked: Asked, response: ServerResponse, refuse: Refuse): Promise<void> {
    const gone = goneWith(response)
    await this.#facts.told()
    const call = { callId: newId(), startedAt: this.#run.deps.clock.now(), prompt: this.#prompts.read(asked.body) }
    const { session } = this.#run.journal
    if (!isLive(session)) return refuse(503, 'the session is over')
    const body = (await isLimited(this.#run, session)) ? this.#bounded(asked.body) : asked.body
    if (typeof body === 'string') return refuse(400, body)
    const tell = (ended: Ended) => this.#facts.tell(call, ended)
    const at: At = { response, gone, isSent: false }
    try {
      const signal = AbortSignal.any([this.#run.halted, gone])
      const longest = this.#parts.spoken.longest(body)
      const outputTokens = typeof longest === 'number' ? longest : undefined
      const inputTokens = mostTokens(this.#prompts.sizeOf(call.prompt)) + mostAdded
      const most = { inputTokens, outputTokens }
      const admitted = await this.#line(() => {
        if (this.#stop) throw this.#stop
        return this.#admission.admit({ callId: call.callId, most, signal })
      })
      const reply = await this.#exchange(admitted, { ...asked, body }, at)
      this.#isInTrouble = false
      tell({ outcome: 'answered', status: response.statusCode, reply })
    } catch (error) {
      await this.#endedBy(error, { at, refuse, tell })
    }
  }

  /** With a longest answer, and nothing whose cost cannot be told; a text says what that is. */
  #bounded(body: Body): Body | string {
    const { spoken, named } = this.#parts
    const unbounded = spoken.unbounded(body)
    if (unbounded)
      return `${unbounded}: a budget counts for this agent, and what this may cost cannot be told beforehand`
    const longest = spoken.longest(body)
    if (longest === undefined) return spoken.withLongest(body, this.#run.deps.modelTable.maximumTokens(named))
    const isNumber = typeof longest === 'number' && Number.isSafeInteger(longest) && longest > 0
    return isNumber ? body : 'the longest answer: expected a whole number of tokens above 0'
  }

  async #exchange({ within, place, address }: Admitted, { route, body, headers }: Asked, at: At): Promise<Reply> {
    const { response, gone } = at
    let reply: Reply | undefined
    try {
      await this.#run.stillOurs()
      reply = await observedCall(this.#parts.named, gone, () =>
        within(async (limited) => {
          const signal = AbortSignal.any([limited, gone])
          at.isSent = true
          const answer = await address.ask(route.path, { body: Buffer.from(JSON.stringify(body)), headers, signal })
          response.writeHead(answer.status, passed(answer.headers))
          if (answer.body) pipeline(Readable.fromWeb(answer.body), response).catch(() => undefined)
          else response.end()
          return answer.reply
        }),
      )
      return reply
    } finally {
      place.leave(reply?.tokens ?? null)
    }
  }

  async #endedBy(error: unknown, { at, refuse, tell }: How): Promise<void> {
    const run = this.#run
    const { response, gone } = at
    const { session } = run.journal
    if (error instanceof Stopped) {
      if (error.mayBeKept && error !== this.#stop) tell({ outcome: 'unsent', message: error.message })
      this.#stop = error
      this.#stopped.resolve()
      return refuse(402, error.message)
    }
    if (error instanceof SessionFailure) {
      tell({ outcome: 'unsent', message: error.message })
      this.#failed.reject(error)
      return refuse(402, error.message)
    }
    if (error instanceof TimeIsUpError) {
      tell({ outcome: 'cut', message: error.message })
      refuse(402, error.message)
      this.#isInTrouble = true
      return isLive(session) ? this.#orFail(tellCut(run, session)) : undefined
    }
    const status = response.headersSent ? response.statusCode : null
    if (!(error instanceof ModelFault) || gone.aborted || run.halted.aborted) {
      // By whoever asked, or by the session's end: how far it came nobody knows.
      const outcome = at.isSent ? 'cut' : 'unsent'
      tell({ outcome, status, message: gone.aborted ? 'its agent did not wait for it' : 'it was broken off' })
      return refuse(503, 'the call was broken off')
    }
    const outcome =
      status !== null ? (status < 300 ? 'cut' : 'refused') : error.kind === 'ANSWER_BROKEN' ? 'cut' : 'unreachable'
    tell({ outcome, status, message: error.message })
    // What its server has answered instead has been passed on as it is.
    if (outcome !== 'refused') refuse(503, error.message)
    if (error.kind === 'REFUSED' || error.kind === 'CONTEXT_FULL' || !isLive(session)) return
    this.#isInTrouble = true
    await this.#orFail(waitForModel(run, session, error))
  }

  async #orFail(waiting: Promise<void>): Promise<void> {
    await waiting.catch((error: unknown) => this.#failed.reject(error))
  }
}

type At = { readonly response: ServerResponse; readonly gone: AbortSignal; isSent: boolean }
type How = { readonly at: At; readonly refuse: Refuse; readonly tell: (ended: Ended) => void }

function goneWith(response: ServerResponse): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => {
    if (!response.writableFinished) gone.abort()
  })
  return gone.signal
}

const passed = (headers: Headers) => Object.fromEntries([...headers].filter(([name]) => answered.test(name)))
