// One question, answered: whole or as a stream, at the scenario's pace, with its failures.
import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Dialect, Said } from '../dialects/dialect.ts'
import type { Failure } from '../scenario/schema.ts'
import { ApiError } from './errors.ts'
import type { Pace } from './pace.ts'

export interface Answer {
  dialect: Dialect
  said: Said
  failure: Failure | undefined
  pace: Pace
  signal: AbortSignal
  requestId: string
}

/** The answer once it would have been generated, as JSON. Throws {@link ApiError} for a failure, or cuts the connection. */
export async function wholeAnswer(response: ServerResponse, { dialect, said, failure, pace, signal }: Answer) {
  if (failure?.at === 'disconnect') {
    response.destroy()
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
    signal.throwIfAborted()
  }
  if (failure && failure.at !== 'garbled') throw failed(failure)
  await pace.firstToken()
  for (const { kind, tokens } of dialect.parts(said)) if (kind === 'text' || kind === 'input') await pace[kind](tokens)
  const json = JSON.stringify(dialect.whole(said))
  return failure ? half(json) : json
}

/** Writes the stream to its end, to its scripted failure, or until the signal fires. */
export async function streamedAnswer(response: ServerResponse, answer: Answer): Promise<void> {
  const { dialect, said, failure, pace, signal, requestId } = answer
  const send = async (data: object) => {
    if (!response.write(framed(dialect, data))) await once(response, 'drain', { signal })
  }
  response.writeHead(200, {
    'content-type': dialect.contentType,
    'cache-control': 'no-cache',
    'request-id': requestId,
  })
  let sent = 0
  let started = false
  for (const { data, kind, tokens } of dialect.parts(said)) {
    const speaks = kind === 'text' || kind === 'input'
    if (failure && ((speaks && sent >= failure.afterTokens) || kind === 'closing')) break
    if (kind !== 'opening' && !started) {
      await pace.firstToken()
      started = true
    }
    if (speaks) await pace[kind](tokens)
    sent += tokens
    await send(data)
  }
  if (failure) fail(response, failure, answer)
  else response.end(dialect.end)
}

function fail(response: ServerResponse, failure: Failure, { dialect, said, requestId }: Answer): void {
  // What was written before still arrives.
  if (failure.at === 'disconnect') response.socket?.destroySoon()
  else if (failure.at === 'garbled') response.end(dialect.frame(half(JSON.stringify(dialect.whole(said))), {}))
  else response.end(framed(dialect, dialect.errorPart(failed(failure), requestId)))
}

const framed = ({ frame }: Dialect, data: object) => frame(JSON.stringify(data), data)

const half = (json: string) => json.slice(0, json.length / 2)

export function failed({ status, type, message, retryAfter }: Failure): ApiError {
  return new ApiError(status, { type, message, retryAfter })
}
