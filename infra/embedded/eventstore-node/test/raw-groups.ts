import { Client, type ClientDuplexStream, type ServiceError, credentials, status } from '@grpc/grpc-js'
import { ProtoReader, ProtoWriter } from '../src/wire/protobuf.ts'
import { viewRecord } from '../src/wire/record.ts'
import { writeUuid } from '../src/wire/uuid.ts'

/*
 * For tests: the calls of the service as bytes, with what no client sends.
 */

const SERVICE = '/event_store.client.persistent_subscriptions.PersistentSubscriptions'
const same = (bytes: Buffer) => bytes

export type Build = (target: ProtoWriter) => unknown
const options = (build: Build) => new ProtoWriter().message(1, (target) => void build(target)).finish()
export const streamName = (name: string) => (target: ProtoWriter) => void target.string(3, name)

export interface Answer {
  code: string
  exception: string
  reason: string
}

const answerOf = (fault: ServiceError | null): Answer => {
  const trailer = (key: string) => String(fault?.metadata.get(key)[0] ?? '')
  return { code: status[fault?.code ?? 0]!, exception: trailer('exception'), reason: trailer('reason') }
}

export interface Settings {
  strategy?: string
  strategyNumber?: number
  resolveLinks?: boolean
  readBatch?: number
  buffer?: number
  maxSubscribers?: number
  messageTimeoutTicks?: number
}

export const settings =
  (changes: Settings = {}) =>
  (target: ProtoWriter): void => {
    target.bool(1, changes.resolveLinks ?? false)
    if (changes.messageTimeoutTicks) target.uint64(4, changes.messageTimeoutTicks)
    else target.uint64(14, 30_000)
    target.uint64(5, 10).uint64(8, 1000).uint64(10, 500)
    target.uint64(9, changes.maxSubscribers ?? 0)
    target.uint64(11, changes.readBatch ?? 20).uint64(12, changes.buffer ?? 500)
    if (changes.strategyNumber !== undefined) target.uint64(13, changes.strategyNumber)
    if (changes.strategy) target.string(16, changes.strategy)
  }

/** A consumer that says what it is told to. */
export class RawConsumer {
  /** `stream@revision` of each event, that of the link for a followed one. */
  readonly events: string[] = []
  readonly ids: string[] = []
  confirmed = false
  answer: Answer | undefined
  readonly #call: ClientDuplexStream<Buffer, Buffer>

  constructor(call: ClientDuplexStream<Buffer, Buffer>) {
    this.#call = call
    call.on('data', (message: Buffer) => this.#take(message))
    call.on('error', (fault: ServiceError) => (this.answer = answerOf(fault)))
    call.on('end', () => (this.answer ??= answerOf(null)))
  }

  #take(message: Buffer): void {
    const outer = new ProtoReader(message)
    if (outer.next() === 2) {
      this.confirmed = true
      return
    }
    const event = outer.message()
    let newest: Buffer | undefined
    for (let field = event.next(); field !== 0; field = event.next()) {
      if (field === 1 || field === 2) newest = event.slice()
      else event.skipField()
    }
    const view = viewRecord(new ProtoWriter().message(1, (target) => target.bytes(1, newest!)).finish())
    this.events.push(`${view.stream}@${view.revision}`)
    this.ids.push(view.id)
  }

  send(bytes: Buffer): void {
    this.#call.write(bytes)
  }

  ack(ids: readonly string[], structured = false): void {
    const build = (target: ProtoWriter) => {
      for (const id of ids) writeUuid(target, 2, id, structured)
    }
    this.send(new ProtoWriter().message(2, build).finish())
  }

  nack(ids: readonly string[], action: number): void {
    const build = (target: ProtoWriter) => {
      for (const id of ids) writeUuid(target, 2, id)
      target.uint64(3, action)
    }
    this.send(new ProtoWriter().message(3, build).finish())
  }

  halfClose(): void {
    this.#call.end()
  }

  leave(): void {
    this.#call.cancel()
  }
}

export class RawGroups {
  readonly #client: Client

  constructor(port: number) {
    this.#client = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  }

  close(): void {
    this.#client.close()
  }

  call(method: string, build: Build): Promise<Answer> {
    return new Promise((resolve) => {
      this.#client.makeUnaryRequest(`${SERVICE}/${method}`, same, same, options(build), (fault) => {
        resolve(answerOf(fault))
      })
    })
  }

  /** A group over a stream, from its start. */
  create(stream: string, group: string, changes: Settings = {}): Promise<Answer> {
    return this.call('Create', (target) =>
      target
        .string(2, group)
        .message(3, settings(changes))
        .message(4, (source) => source.message(1, streamName(stream)).message(3)),
    )
  }

  open(): RawConsumer {
    return new RawConsumer(this.#client.makeBidiStreamRequest(`${SERVICE}/Read`, same, same))
  }

  consume(stream: string, group: string, bufferSize = 10): RawConsumer {
    const consumer = this.open()
    const build = (target: ProtoWriter) =>
      target
        .message(1, streamName(stream))
        .string(2, group)
        .uint64(3, bufferSize)
        .message(4, (uuid) => uuid.message(2))
    consumer.send(options(build))
    return consumer
  }
}
