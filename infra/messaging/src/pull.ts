import { createInbox, type Msg, nanos, type NatsConnection } from '@nats-io/nats-core'
import { MessagingUnavailableError } from './errors.ts'

/** Messages that may be on their way or wait here, and how many of them are taken before more are asked for. */
const ahead = 1000
const again = 500
const expiresMs = 30_000
const heartbeatMs = 5_000

export type PullOptions = {
  /** A consumer that asks for no acknowledgement. */
  readonly consumer: { readonly stream: string; readonly name: string }
  readonly signal: AbortSignal
  /** Calls back when the connection breaks. Answers how to stop that. */
  onLoss(listener: () => void): () => void
}

/**
 * What a pull consumer delivers, as many messages at a time as have come, until the signal is aborted. Throws
 * MessagingUnavailableError as soon as anything is wrong (no connection, no heartbeat, no consumer): make another
 * consumer then. The client's `consume` mends some of that by itself, and hands each message through two iterators,
 * which costs more than to read it. (Pull requests, statuses and heartbeats: NATS ADR-13 and ADR-37.)
 */
export async function* pull(
  connection: NatsConnection,
  { consumer, signal, onLoss }: PullOptions,
): AsyncGenerator<readonly Msg[], void> {
  const inbox = createInbox()
  let arrived: Msg[] = []
  let outstanding = 0
  let heardAt = performance.now()
  let failure: Error | undefined
  let wake = Promise.withResolvers<void>()
  const fail = (reason: string) => {
    failure ??= new MessagingUnavailableError(`NATS JetStream delivers no more: ${reason}`)
    wake.resolve()
  }
  const subscription = connection.subscribe(inbox, {
    callback(error, message) {
      heardAt = performance.now()
      if (error) return fail(error.message)
      if (message.subject === inbox) {
        const status = readStatus(message)
        if (typeof status === 'string') return fail(status)
        outstanding = Math.max(0, outstanding - status)
      } else {
        outstanding--
        arrived.push(message)
      }
      wake.resolve()
    },
  })
  const watch = setInterval(() => {
    if (outstanding > 0 && performance.now() - heardAt > 2.5 * heartbeatMs) fail('no heartbeat')
  }, heartbeatMs)
  const stopListening = onLoss(() => fail('the connection broke'))
  const onAbort = () => wake.resolve()
  signal.addEventListener('abort', onAbort)
  try {
    while (!signal.aborted) {
      const batch = ahead - outstanding - arrived.length
      if (batch >= again) {
        const request = { batch, expires: nanos(expiresMs), idle_heartbeat: nanos(heartbeatMs) }
        const subject = `$JS.API.CONSUMER.MSG.NEXT.${consumer.stream}.${consumer.name}`
        connection.publish(subject, JSON.stringify(request), { reply: inbox })
        outstanding += batch
        heardAt = performance.now()
      }
      if (arrived.length > 0) {
        const messages = arrived
        arrived = []
        yield messages
        continue
      }
      if (failure) throw failure
      await wake.promise
      wake = Promise.withResolvers()
    }
  } finally {
    signal.removeEventListener('abort', onAbort)
    stopListening()
    clearInterval(watch)
    subscription.unsubscribe()
  }
}

/** How many messages of a request will not come any more, or what is wrong. */
function readStatus({ headers }: Msg): number | string {
  const [code, description] = [headers?.code, headers?.description ?? 'no reason']
  if (code === 100) return 0
  // Nothing has come for as long as the request was open, or it is complete: what it says is left of it.
  if (code === 404 || code === 408) return Number(headers?.get('Nats-Pending-Messages')) || ahead
  return `${code} ${description}`
}

/** A message's sequence in its stream: `$JS.ACK.STREAM.CONSUMER.DELIVERED.SEQUENCE…`, with domain and account before the stream in the newer form. */
export function sequenceOf({ reply = '' }: Msg): number {
  const tokens = reply.split('.')
  return Number(tokens[tokens.length === 9 ? 5 : 7])
}
