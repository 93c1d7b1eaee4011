import { systemClock } from '@mosaic/contracts/kernel'
import type { ModelDialect } from '@mosaic/contracts/credential'
import type { ModelLimits, Reply } from './contract.ts'
import type { Dialect } from './http/dialect.ts'
import { faultOf, HttpError, UnreachableError } from './http/faults.ts'
import { Patience } from './http/patience.ts'
import { addressOf, patiently } from './http/post.ts'
import { readError } from './http/read-error.ts'
import { readReply } from './http/read-reply.ts'
import type { Entered } from './limits/entered.ts'

/** Where a model is asked by somebody who speaks its dialect already, with the key that it wants. */
export type ModelAddress = {
  readonly dialect: ModelDialect
  /** Begins a call within its provider's limits. @throws ModelFault where it would have to wait for long; the signal's reason */
  enter(signal: AbortSignal): Promise<Entered>
  /** @param path As the maker's address has it. @throws ModelFault where nobody is there; the signal's reason when it is aborted */
  ask(path: string, question: Question): Promise<Answer>
}

type Question = {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string>>
  readonly signal: AbortSignal
}

/** What a server has begun to answer, to be passed on, and what that is once it is whole. */
export type Answer = {
  readonly status: number
  readonly headers: Headers
  readonly body: ReadableStream<Uint8Array> | null
  /** Rejects with a ModelFault where it holds no message, or with the signal's reason. Need not be waited for. */
  readonly reply: Promise<Reply>
}

type At = {
  readonly dialect: Dialect
  /** Who is asked, as people know it. */
  readonly gateway: string
  readonly apiKey: string | null
  readonly baseUrl: string | undefined
  readonly limits: ModelLimits
  readonly enter: ModelAddress['enter']
}

export function modelAddress(name: ModelDialect, at: At): ModelAddress {
  const { dialect, gateway, apiKey, baseUrl, limits, enter } = at
  const server = { address: baseUrl ?? dialect.maker.url, prefix: dialect.prefix }
  return {
    dialect: name,
    enter,
    async ask(path, { body, headers, signal }) {
      const patience = new Patience(limits, signal)
      const lost = (error: unknown) => {
        patience.end()
        signal.throwIfAborted()
        throw faultOf(patience.lost ?? error, gateway, systemClock.now())
      }
      const response = await fetch(addressOf(server, path), {
        method: 'POST',
        body: new Uint8Array(body),
        headers: { ...headers, ...dialect.headers(apiKey) },
        // A key goes to the address that it was given for, and nowhere else.
        redirect: 'manual',
        signal: patience.signal,
        dispatcher: patiently(),
      }).catch((error: unknown) => lost(patience.signal.aborted ? error : new UnreachableError(error)))
      const [shown = null, read] = response.body?.tee() ?? []
      const reply = held(new Response(read, response), dialect, patience).finally(() => patience.end())
      const told = reply.catch(lost)
      told.catch(() => undefined)
      return { status: response.status, headers: response.headers, body: shown, reply: told }
    },
  }
}

/** The message that it holds. @throws what is wrong with it */
async function held(answer: Response, dialect: Dialect, patience: Patience): Promise<Reply> {
  if (!answer.ok) throw new HttpError(answer, await readError(answer))
  try {
    return await readReply(answer, {
      read: dialect.reader(),
      onDelta: () => undefined,
      heard: () => patience.heard(),
    })
  } finally {
    await answer.body?.cancel().catch(() => undefined)
  }
}
