import { isDeepStrictEqual } from 'node:util'
import { newId } from '@mosaic/contracts/kernel'
import { type CommandOf, isLive, type LiveSession } from '../../domain/agent-session/index.ts'
import type { Journal } from '../../journal/journal.ts'
import { TranscriptFold } from '../../journal/transcript.ts'
import { type Asked, ask, requestOf } from './ask-model.ts'
import { ModelFault, type Reply } from '../model/index.ts'
import type { Run } from '../worktree/index.ts'

/** An answer that nobody hears, and what it has cost; `null`: it was broken off, and nobody has counted. */
export type Unheard = { readonly messageId: string; readonly reply: Pick<Reply, 'model' | 'tokens'> | null }

type Told = CommandOf<'RecordBegun'>['told']

/**
 * The first question to a session's model, asked while the files of its worktree are still being written: what there is
 * to say is known by then, and the model needs longer than they do. Nothing comes of the answer before the session has
 * begun: it is a fact after that, and tools run after it. As with every question, what is to be done next waits until it
 * is answered, and an end does not.
 */
export class FirstQuestion {
  #asked: Asked | undefined
  #drop = new AbortController()
  readonly #unheard: Unheard[] = []

  /** @param told What the model is going to be told, in the order in which it will stand in the log. */
  async ask(run: Run, session: LiveSession, told: Told): Promise<void> {
    const transcript = new TranscriptFold()
    for (const message of told) {
      // As it will be told once it is a fact, in which secrets are covered.
      const data = run.redactor.value({ sessionId: session.spec.sessionId, ...message })
      transcript.apply({ type: 'MessageRecorded', data })
    }
    const request = requestOf(session, transcript)
    // Begun again at another commit, it is told something else.
    if (isDeepStrictEqual(this.#asked?.request, request)) return
    await this.drop()
    run.halted.throwIfAborted()
    const signal = AbortSignal.any([run.halted, this.#drop.signal])
    this.#asked = ask(run, session, { request, messageId: newId(), within: (work) => work(signal) })
    this.#asked.reply.catch(() => undefined)
  }

  /** Whether a question is under way, and is what the model would be asked now. */
  isOf({ session, transcript }: Pick<Journal, 'session' | 'transcript'>): boolean {
    if (!this.#asked || !isLive(session)) return false
    return isDeepStrictEqual(this.#asked.request, requestOf(session, transcript))
  }

  /** For whoever hears the answer. */
  take(): Asked | undefined {
    const asked = this.#asked
    this.#asked = undefined
    return asked
  }

  /** Nobody wants to know any more; settles once nothing is said any more. */
  async drop(): Promise<void> {
    const asked = this.#asked
    this.#asked = undefined
    this.#drop.abort()
    this.#drop = new AbortController()
    if (asked) this.#unheard.push(...(await costOf(asked)))
  }

  /** Answers that nobody has heard, once each. */
  takeUnheard(): readonly Unheard[] {
    return this.#unheard.splice(0)
  }
}

/** A server does not charge for what it refuses. */
const costOf = ({ messageId, reply }: Asked): Promise<Unheard[]> =>
  reply.then(
    (heard) => [{ messageId, reply: heard }],
    (error: unknown) => {
      const isRefused = error instanceof ModelFault && error.kind !== 'ANSWER_BROKEN'
      return isRefused ? [] : [{ messageId, reply: null }]
    },
  )
