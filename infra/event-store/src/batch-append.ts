import { convertToCommandError } from '@eventstore/db-client'
import type { ClientDuplexStream } from '@grpc/grpc-js'
import type { Connection } from './connection.ts'
import { StoreUnavailableError } from './errors.ts'
import { type AppendRequest, correlations, encodeAppend } from './wire/append-request.ts'
import { decodeAppendAnswer } from './wire/append-answer.ts'

/** The store answers well within this, or not at all. */
const answerMs = 3000
const sweepMs = 250

export type Written = { readonly revision: number; readonly position: string }
type Waiting = PromiseWithResolvers<Written> & { readonly since: number }
type Stream = ClientDuplexStream<Buffer, Buffer>

/** One call of `BatchAppend`: any number of appends under way at once, until it breaks. */
class BatchAppendCall {
  readonly #stream: Stream
  readonly #waiting = new Map<number, Waiting>()
  readonly #correlation = correlations()
  readonly #sweep: NodeJS.Timeout
  #last = 0
  #failure: Error | undefined

  constructor(stream: Stream, onBroken: () => void) {
    this.#stream = stream
    this.#sweep = setInterval(() => this.#giveUpLate(), sweepMs)
    this.#sweep.unref()
    const broken = (error: Error) => {
      if (this.#failure) return
      this.#failure = error
      clearInterval(this.#sweep)
      onBroken()
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    }
    stream.on('data', (bytes: Buffer) => this.#take(bytes))
    stream.on('error', (error) => broken(convertToCommandError(error)))
    stream.on('end', () => broken(new StoreUnavailableError('the event store ended the call')))
  }

  append(request: AppendRequest): Promise<Written> {
    if (this.#failure) return Promise.reject(this.#failure)
    const number = ++this.#last
    const waiting: Waiting = { ...Promise.withResolvers<Written>(), since: performance.now() }
    this.#waiting.set(number, waiting)
    for (const chunk of encodeAppend(this.#correlation(number), request)) this.#stream.write(chunk)
    return waiting.promise
  }

  #take(bytes: Buffer): void {
    const { number, outcome } = decodeAppendAnswer(bytes)
    const waiting = this.#waiting.get(number)
    if (!waiting) return
    this.#waiting.delete(number)
    if (outcome instanceof Error) waiting.reject(outcome)
    else waiting.resolve(outcome)
  }

  #giveUpLate(): void {
    const late = performance.now() - answerMs
    for (const [number, { since, reject }] of this.#waiting) {
      if (since > late) return
      this.#waiting.delete(number)
      reject(new StoreUnavailableError(`the event store did not answer within ${answerMs} ms`))
    }
  }
}

/**
 * Appends over one call of `BatchAppend` that stays open, and a new one after that broke. Rejects with the library's
 * errors, and with StoreUnavailableError when no answer comes in time.
 */
export class BatchAppends {
  readonly #connection: Connection
  #call: Promise<BatchAppendCall> | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  async append(request: AppendRequest): Promise<Written> {
    this.#call ??= this.#open()
    return (await this.#call).append(request)
  }

  async #open(): Promise<BatchAppendCall> {
    const forget = () => (this.#call = undefined)
    const opened = Promise.withResolvers<BatchAppendCall>()
    this.#connection
      .batchAppend((stream) => opened.resolve(new BatchAppendCall(stream, forget)))
      .catch((error: unknown) => {
        forget()
        opened.reject(error)
      })
    return opened.promise
  }
}
