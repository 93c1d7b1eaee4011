import { convertToCommandError } from '@eventstore/db-client'
import type { ClientReadableStream } from '@grpc/grpc-js'
import { afterAwake } from '@mosaic/runtime'
import type { Connection } from './connection.ts'
import { StoreUnavailableError } from './errors.ts'
import { decodeReadAnswer, type ReadAnswer } from './wire/read-answer.ts'

/** Answers that may wait; then the server has to. */
const full = 1000
const drained = 250

type Options = { readonly stallMs?: number; readonly signal?: AbortSignal }

/**
 * The answers of a call of `Read`, many at a time as they come. Throws the library's errors, and StoreUnavailableError
 * when nothing comes for `stallMs`. The call is cancelled when the reader leaves or the signal is aborted.
 */
export async function* readAnswers(
  connection: Connection,
  request: Buffer,
  { stallMs, signal }: Options,
): AsyncGenerator<readonly ReadAnswer[]> {
  let answers: ReadAnswer[] = []
  let call: ClientReadableStream<Buffer> | undefined
  let failure: Error | undefined
  let ended = false
  let wake: () => void = () => undefined
  const end = () => {
    ended = true
    wake()
  }
  const fail = (error: Error) => {
    failure ??= error
    wake()
  }
  const listen = (opened: ClientReadableStream<Buffer>) => {
    call = opened
    opened.on('data', (bytes: Buffer) => {
      if (answers.push(decodeReadAnswer(bytes)) === full) opened.pause()
      wake()
    })
    opened.on('error', (error) => fail(convertToCommandError(error)))
    opened.on('end', end)
    // Left before the connection was there.
    if (ended) opened.cancel()
  }
  const stalled = () => fail(new StoreUnavailableError('a read of the event store has stalled'))
  connection.read(request, listen).catch(fail)
  signal?.addEventListener('abort', end)
  try {
    while (!signal?.aborted) {
      if (answers.length > 0) {
        const page = answers
        answers = []
        yield page
        if (answers.length < drained) call?.resume()
      } else if (failure) throw failure
      else if (ended) return
      else {
        const timer = stallMs === undefined ? undefined : afterAwake(stallMs, stalled)
        await new Promise<void>((resolve) => (wake = resolve))
        timer?.clear()
      }
    }
  } finally {
    ended = true
    signal?.removeEventListener('abort', end)
    call?.cancel()
  }
}
