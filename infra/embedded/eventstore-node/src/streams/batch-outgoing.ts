import type { ServerCall } from '../grpc/call.ts'

/** Bytes of appends that one call may have waiting before we stop reading from it. */
const MOST_WAITING = 8 * 1024 * 1024

/**
 * The answers of a BatchAppend call: those of one turn go out in one write. The call is read only while it has not too
 * much waiting and while its answers are taken.
 */
export class Outgoing {
  readonly #call: ServerCall
  #ready: Buffer[] = []
  #unread = false
  #waiting = 0
  #waitingBytes = 0
  /** As the real server counts: a refusal goes down without having gone up. */
  #pending = 0
  #halfClosed = false
  #ends = false

  constructor(call: ServerCall) {
    this.#call = call
  }

  /** An append is on its way to the disk. */
  expect(bytes: number): void {
    this.#pending++
    this.#waiting++
    this.#waitingBytes += bytes
    this.#adjust()
  }

  answer(message: Buffer, bytes: number): void {
    this.#waiting--
    this.#waitingBytes -= bytes
    this.#adjust()
    this.refuse(message)
  }

  /** Answers something that was not expected. */
  refuse(message: Buffer): void {
    this.#pending--
    this.#send(message)
    // A half-closed call ends with an answer, and stays open when none is to come: so does the real server's.
    if (this.#halfClosed && this.#pending >= 0) this.#ends = true
  }

  halfClose(): void {
    this.#halfClosed = true
  }

  #adjust(): void {
    if (this.#unread || this.#waitingBytes > MOST_WAITING) this.#call.pause()
    else this.#call.resume()
  }

  #send(message: Buffer): void {
    this.#ready.push(message)
    if (this.#ready.length === 1) queueMicrotask(() => this.#flush())
  }

  #flush(): void {
    const messages = this.#ready
    this.#ready = []
    const taken = this.#call.write(...messages)
    if (this.#ends && this.#waiting === 0) this.#call.end()
    else if (!taken) {
      this.#unread = true
      this.#adjust()
      void this.#call.drained().then(() => {
        this.#unread = false
        this.#adjust()
      })
    }
  }
}
