import type { ServerCall } from '../grpc/call.ts'
import { ProtoWriter } from '../wire/protobuf.ts'
import { recordedBytes, withStructuredUuid } from '../wire/record.ts'
import { Measurements } from './measurements.ts'
import type { Message } from './message.ts'

export interface ConsumerOptions {
  bufferSize: number
  structured: boolean
  username: string
}

/** One subscriber of a group; it holds at most `bufferSize` events that it has not spoken about. */
export class Consumer {
  readonly call: ServerCall
  readonly bufferSize: number
  readonly name: string
  readonly username: string
  readonly inFlight = new Map<string, Message>()
  measurements: Measurements | undefined
  total = 0
  measured = 0
  #slots: number
  readonly #structured: boolean

  constructor(call: ServerCall, { bufferSize, structured, username }: ConsumerOptions) {
    this.call = call
    this.bufferSize = bufferSize
    this.#slots = bufferSize
    this.username = username
    this.name = String(call.headers['connection-name'] ?? '<unknown>')
    this.#structured = structured
  }

  get availableSlots(): number {
    return this.#slots
  }

  confirm(id: string, extraStatistics: boolean): void {
    if (extraStatistics) this.measurements = new Measurements()
    this.call.write(new ProtoWriter().message(2, (target) => target.string(1, id)).finish())
  }

  send(message: Message): void {
    this.#slots--
    this.total++
    this.measurements?.start(message.id)
    this.call.write(this.#encode(message))
    if (!this.inFlight.has(message.id)) this.inFlight.set(message.id, message)
  }

  /** Nothing more is expected of it about this event; answers the event when it had it. */
  settle(id: string): Message | undefined {
    this.measurements?.end(id)
    const message = this.inFlight.get(id)
    if (message && this.inFlight.delete(id)) this.#slots++
    return message
  }

  #recorded(record: Uint8Array): Buffer {
    return this.#structured ? withStructuredUuid(recordedBytes(record)) : recordedBytes(record)
  }

  #encode({ event, link, retryCount }: Message): Buffer {
    return new ProtoWriter()
      .message(1, (target) => {
        const found = link ? link.target : event
        if (found) target.bytes(1, this.#recorded(found.record))
        if (link) target.bytes(2, this.#recorded(event.record))
        target.uint64(3, event.position).uint64(5, retryCount)
      })
      .finish()
  }
}
