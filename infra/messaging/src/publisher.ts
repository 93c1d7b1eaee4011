import type { StoredRecord } from '@mosaic/contracts/kernel'
import { createInbox, type NatsConnection } from '@nats-io/nats-core'
import { z } from 'zod'
import { encodeRecord } from './encoding.ts'
import { MessagingUnavailableError, StreamMovedError } from './errors.ts'

/** JetStream's answer to a publish. 10071: the expected last sequence was wrong. */
const acknowledgement = z.object({
  seq: z.number().optional(),
  error: z.object({ err_code: z.number().optional(), description: z.string().optional() }).optional(),
})
const wrongLastSequence = 10071
const timeoutMs = 5000

type Waiting = { readonly sequence: number; readonly since: number; settle(error?: Error): void }

/**
 * Publishes to JetStream over one inbox of its own. The client's `publish` opens a request with timer and stack trace
 * for each message, which costs more than the message.
 */
export function publisherOn(connection: NatsConnection) {
  const inbox = createInbox()
  const waiting = new Map<string, Waiting>()
  let published = 0
  let outbox: (() => void)[] = []

  /** All that came within one turn of the event loop goes out in one write: a write each costs more than the message. */
  const post = (send: () => void) => {
    if (outbox.push(send) > 1) return
    setImmediate(() => {
      const sending = outbox
      outbox = []
      for (const each of sending) each()
    })
  }

  const failAll = (error: Error) => {
    for (const [reply, { settle }] of waiting) {
      waiting.delete(reply)
      settle(error)
    }
  }
  const subscription = connection.subscribe(`${inbox}.*`, {
    callback: (error, message) => {
      if (error) return
      const asked = waiting.get(message.subject)
      if (!asked) return
      waiting.delete(message.subject)
      asked.settle(refusalOf(message.data, asked.sequence))
    },
  })
  const sweep = setInterval(() => {
    const oldest = waiting.values().next().value
    if (oldest && performance.now() - oldest.since > timeoutMs) {
      failAll(new MessagingUnavailableError(`JetStream did not acknowledge within ${timeoutMs} ms`))
    }
  }, 500)
  sweep.unref()

  return {
    failAll,
    publish(record: StoredRecord, previousPosition: string | null, sequence: number): Promise<void> {
      const { subject, payload, header } = encodeRecord(record, previousPosition)
      header.append('Nats-Expected-Last-Sequence', String(sequence - 1))
      const reply = `${inbox}.${++published}`
      return new Promise((resolve, reject) => {
        const settle = (error?: Error) => (error ? reject(error) : resolve())
        waiting.set(reply, { sequence, since: performance.now(), settle })
        post(() => {
          if (waiting.has(reply)) connection.publish(subject, payload, { headers: header, reply })
        })
      })
    },
    close() {
      clearInterval(sweep)
      subscription.unsubscribe()
      failAll(new MessagingUnavailableError('the connection to NATS is closed'))
    },
  }
}
export type Publisher = ReturnType<typeof publisherOn>

function refusalOf(body: Uint8Array, sequence: number): Error | undefined {
  // No responders (an empty body): JetStream is off or the stream is gone.
  const text = Buffer.from(body).toString('utf8')
  const answer = text === '' ? undefined : acknowledgement.safeParse(JSON.parse(text)).data
  if (!answer) return new MessagingUnavailableError('no JetStream stream takes the message')
  if (answer.error?.err_code === wrongLastSequence) return new StreamMovedError('another last sequence')
  if (answer.error)
    return new MessagingUnavailableError(`JetStream refused: ${answer.error.description ?? 'no reason'}`)
  return answer.seq === sequence
    ? undefined
    : new StreamMovedError(`written at sequence ${answer.seq}, expected ${sequence}`)
}
