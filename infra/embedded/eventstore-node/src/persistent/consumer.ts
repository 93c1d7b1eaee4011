import type { ServerCall } from '../grpc/call.ts'
import { ProtoWriter } from '../wire/protobuf.ts'
import { recordedBytes, withStructuredUuid } from '../wire/record.ts'
import type { Message } from './message.ts'

export interface Outstanding {
  message: Message
  consumer: Consumer
  /** When it counts as lost, in milliseconds. */
  due: number
}

/** One subscriber of a group; it holds at most `bufferSize` events that it has not spoken about. */
export class Consumer {
  readonly call: ServerCall
  readonly bufferSize: number
  readonly name: string
  readonly username: string
  readonly inFlight = new Set<string>()
  total = 0
  measured = 0
  readonly #structured: boolean

  constructor(call: ServerCall, options: { bufferSize: number; structured: boolean; username: string }) {
    this.call = call
    this.bufferSize = options.bufferSize
    this.username = options.username
    this.name = String(call.headers['connection-name'] ?? '')
    this.#structured = options.structured
  }

  get availableSlots(): number {
    return Math.max(0, this.bufferSize - this.inFlight.size)
  }

  confirm(id: string): void {
    this.call.write(new ProtoWriter().message(2, (target) => target.string(1, id)).finish())
  }

  send(message: Message): void {
    this.total++
    this.inFlight.add(message.id)
    this.call.write(this.#encode(message))
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
