import { convertToCommandError } from '@eventstore/db-client'
import type { ClientDuplexStream } from '@grpc/grpc-js'
import type { Connection } from './connection.ts'
import { StoreUnavailableError } from './errors.ts'
import { type AppendRequest, correlations, encodeAppend } from './wire/append-request.ts'
import { decodeAppendAnswer } from './wire/append-answer.ts'

/** The store answers well within this, or not at all: then the connection is left. */
const answerMs = 2000
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
  readonly #onBroken: () => void
  #last = 0
  #failure: Error | undefined

  constructor(stream: Stream, { onBroken, onSilent }: { onBroken: () => void; onSilent: () => void }) {
    this.#stream = stream
    this.#onBroken = onBroken
    const sweep = () => {
      if (!this.#isSilent()) return
      onSilent()
      this.#break(new StoreUnavailableError(`the event store did not answer within ${answerMs} ms`))
      stream.cancel()
    }
    // A turn later: what came in while this process was busy is read first.
    this.#sweep = setInterval(() => setImmediate(sweep), sweepMs).unref()
    stream.on('data', (bytes: Buffer) => this.#take(bytes))
    stream.on('error', (error) => this.#break(convertToCommandError(error)))
    stream.on('end', () => this.#break(new StoreUnavailableError('the event store ended the call')))
  }

  #break(error: Error): void {
    if (this.#failure) return
    this.#failure = error
    clearInterval(this.#sweep)
    this.#onBroken()
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
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

  /** Answers come in the order of the requests, so the oldest is told first. */
  #isSilent(): boolean {
    const [oldest] = this.#waiting.values()
    return oldest !== undefined && oldest.since < performance.now() - answerMs
  }
}

/**
 * Appends over one call of `BatchAppend` that stays open, and a new one after that broke. Rejects with the library's
 * errors, and with StoreUnavailableError when no answer comes in time: what comes next goes over another connection.
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
    const onBroken = () => (this.#call = undefined)
    const onSilent = () => this.#connection.leave()
    const opened = Promise.withResolvers<BatchAppendCall>()
    this.#connection
      .batchAppend((stream) => opened.resolve(new BatchAppendCall(stream, { onBroken, onSilent })))
      .catch((error: unknown) => {
        onBroken()
        opened.reject(error)
      })
    return opened.promise
  }
}
