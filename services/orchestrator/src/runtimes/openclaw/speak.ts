import { setTimeout as delay } from 'node:timers/promises'
import type { GatewayConnection } from './connection.ts'
import { GatewayRefused } from './faults.ts'
import { sentKey } from './names.ts'

/** So long a gateway may say that it will take it in a moment. */
const patienceMs = 60_000
const [shortestMs, longestMs] = [100, 5000]

export type Words = { readonly sessionKey: string; readonly messageId: string; readonly text: string }

/**
 * Says something to a session. The same message again is the same. Where its agent is at work it is interrupted, if the
 * gateway can do that. @throws GatewayRefused, GatewayGone
 */
export async function speak(
  connection: GatewayConnection,
  { sessionKey, messageId, text }: Words,
  how: { readonly interrupts: boolean; readonly signal: AbortSignal },
): Promise<void> {
  const idempotencyKey = sentKey(messageId)
  const until = performance.now() + patienceMs
  const send = { key: sessionKey, message: text, idempotencyKey }
  const say = () => {
    if (how.interrupts && connection.has('sessions.steer')) return connection.call('sessions.steer', send)
    // What steering is called since.
    if (how.interrupts && connection.has('chat.send')) {
      const interrupt = { sessionKey, message: text, queueMode: 'interrupt', idempotencyKey }
      return connection.call('chat.send', interrupt)
    }
    return connection.call('sessions.send', send)
  }
  for (;;) {
    try {
      return void (await say())
    } catch (error) {
      if (!(error instanceof GatewayRefused && error.isPassing) || performance.now() > until) throw error
      const asked = error.refusal.retryAfterMs ?? shortestMs
      await delay(Math.min(Math.max(asked, shortestMs), longestMs), undefined, { signal: how.signal })
    }
  }
}

/** Ends what is under way in a session, and what waits to be. @throws GatewayRefused, GatewayGone */
export async function abort(connection: GatewayConnection, sessionKey: string, timeoutMs?: number): Promise<void> {
  await connection.call('sessions.abort', { key: sessionKey, clearQueued: true }, timeoutMs)
}
