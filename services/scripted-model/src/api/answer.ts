// One request to /v1/messages, answered: a message or an event stream, at the scenario's pace, with its failures.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Turn } from '../scenario/compose.ts'
import type { Failure } from '../scenario/schema.ts'
import { ApiError, errorBody } from './errors.ts'
import type { StreamEvent } from './message.ts'
import { eventsOf, messageOf } from './message.ts'
import type { Pace } from './pace.ts'
import type { Usage } from './tokens.ts'

export interface Answer {
  turn: Turn
  usage: Usage
  model: string
  failure: Failure | undefined
  pace: Pace
  signal: AbortSignal
  requestId: string
}

/** The message once it would have been generated. Throws {@link ApiError} for a failure, or cuts the connection. */
export async function wholeMessage(response: ServerResponse, { turn, usage, model, failure, pace, signal }: Answer) {
  await pace.headers()
  if (failure?.at === 'disconnect') {
    response.destroy()
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    signal.throwIfAborted()
  }
  if (failure) throw apiError(failure)
  await pace.firstToken()
  for (const { kind, tokens } of eventsOf(turn, usage, model)) if (kind !== 'none') await pace[kind](tokens)
  return messageOf(turn, usage, model)
}

/** Writes the event stream to its end, to its scripted failure, or until the signal fires. */
export async function streamMessage(response: ServerResponse, answer: Answer): Promise<void> {
  const { turn, usage, model, failure, pace, signal, requestId } = answer
  const send = async (event: StreamEvent) => {
    if (!response.write(frame(event))) await once(response, 'drain', { signal })
  }
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'request-id': requestId,
  })
  let sent = 0
  let started = false
  for (const { event, kind, tokens } of eventsOf(turn, usage, model)) {
    if (failure && kind !== 'none' && sent >= failure.afterTokens) break
    if (event.type === 'content_block_start' && !started) {
      await pace.firstToken()
      started = true
    }
    if (failure && event.type === 'message_delta') break
    if (kind !== 'none') await pace[kind](tokens)
    sent += tokens
    await send(event)
  }
  if (failure?.at === 'disconnect') response.destroy()
  else if (failure) response.end(frame({ ...errorBody(apiError(failure), requestId) }))
  else response.end()
}

export function apiError({ status, type, message, retryAfter }: Failure): ApiError {
  return new ApiError(status, { type, message, retryAfter })
}

function frame(event: StreamEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
}
