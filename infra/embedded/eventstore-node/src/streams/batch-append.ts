import type { Policy } from '../access/policy.ts'
import type { ServerCall } from '../grpc/call.ts'
import { GrpcError, Status } from '../grpc/status.ts'
import type { Writer } from '../storage/writer.ts'
import { accessDenied, answer, refusal } from './batch-answers.ts'
import { type Batch, addChunk, newBatch, readChunk } from './batch-request.ts'

/** Bytes of appends that one call may have waiting before we stop reading from it. */
const MOST_WAITING = 8 * 1024 * 1024

/** Answers of one turn go out in one write; `full` is told when the client does not read them, and when it does again. */
function answering(call: ServerCall, full: (yes: boolean) => void): (message: Buffer) => void {
  let ready: Buffer[] = []
  return (message) => {
    ready.push(message)
    if (ready.length > 1) return
    queueMicrotask(() => {
      const messages = ready
      ready = []
      if (call.write(...messages)) return
      full(true)
      void call.drained().then(() => full(false))
    })
  }
}

/** Reads from the call only while it has not too much waiting and its answers are read. */
class Gate {
  readonly #call: ServerCall
  #waiting = 0
  #unread = false

  constructor(call: ServerCall) {
    this.#call = call
  }

  #adjust(): void {
    if (this.#unread || this.#waiting > MOST_WAITING) this.#call.pause()
    else this.#call.resume()
  }

  unread(yes: boolean): void {
    this.#unread = yes
    this.#adjust()
  }

  waiting(bytes: number): void {
    this.#waiting += bytes
    this.#adjust()
  }
}

/** event_store.client.streams.Streams/BatchAppend: many appends over one call, which stays open. */
export const batchAppend = (writer: Writer, policy: Policy) => (call: ServerCall) => {
  const open = new Map<string, Batch>()
  const gate = new Gate(call)
  const send = answering(call, (full) => gate.unread(full))

  const refused = (batch: Batch): Buffer | undefined => {
    const no = refusal(batch)
    if (no) return no
    try {
      policy.stream(call, batch.stream, 'write')
      return undefined
    } catch (fault) {
      if (fault instanceof GrpcError && fault.code === Status.UNAUTHENTICATED) throw fault
      return accessDenied(batch)
    }
  }
  const carryOut = async (batch: Batch) => {
    const no = refused(batch)
    if (no) {
      send(no)
      return
    }
    gate.waiting(batch.bytes)
    const { stream, events } = batch
    const result = await writer.write({ kind: 'append', stream, expected: batch.expectation!.expected, events })
    gate.waiting(-batch.bytes)
    send(answer(batch, result))
  }

  call.receive((message) => {
    const chunk = readChunk(message)
    const batch = open.get(chunk.key) ?? newBatch(chunk.correlation)
    addChunk(batch, chunk)
    if (!chunk.isFinal) {
      open.set(chunk.key, batch)
      return
    }
    open.delete(chunk.key)
    carryOut(batch).catch((fault: unknown) => call.fail(fault))
  })
}
