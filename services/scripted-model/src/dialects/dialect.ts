import type { ApiError } from '../api/errors.ts'
import type { MessagesRequest } from '../api/request.ts'
import type { Usage } from '../api/tokens.ts'
import type { Turn } from '../scenario/compose.ts'

/** A turn to be told. */
export interface Said {
  turn: Turn
  usage: Usage
  model: string
}

/** A part of a streamed answer, and what has to be waited for before it is sent, in tokens. */
export interface PacedPart {
  data: object
  /** `opening` comes before the first token, `closing` only when all has been said. */
  kind: 'opening' | 'text' | 'input' | 'none' | 'closing'
  tokens: number
}

export type Question = MessagesRequest

/** How an API is spoken: everything that it says differently from the others. */
export interface Dialect {
  /** Where it is asked for answers: a path for `POST`. */
  path: string
  /** The request in the words of the Messages API, in which scenarios are played. Throws {@link ApiError} where it cannot be. */
  read(body: unknown, url: string): Question
  whole(said: Said): object
  parts(said: Said): Generator<PacedPart>
  contentType: string
  /** A part as it stands in the stream. */
  frame(json: string, data: object): string
  /** What stands after the last part. */
  end: string
  error(error: ApiError, requestId: string): { status: number; body: object }
  /** An error in the middle of a stream. */
  errorPart(error: ApiError, requestId: string): object
}
