import type { ModelRequest } from '../contract.ts'
import type { Piece } from './pieces.ts'

/** What is sent to a server: behind its address, as JSON; without a body it is only looked up. */
export type Question = { readonly path: string; readonly body?: object }

/** Turns what a server sends, one JSON text after the other, into pieces. @throws ZodError, AnswerBrokenError, ServerError */
export type ReadPiece = (data: unknown) => Iterable<Piece>

export type AskedOf = {
  /** Output tokens of the answer. */
  readonly maximumTokens: number
  /** The longest request and answer together, where that is known. */
  readonly contextTokens: number | undefined
  /** The dialect's maker is asked, not somebody who speaks like them. */
  readonly isMaker: boolean
}

/** How servers of one kind are spoken to: what they are asked, and what their answers mean. All else is the same for all. */
export type Dialect = {
  /** Who is asked where no address is given. */
  readonly maker: { readonly name: string; readonly url: string }
  /** What stands before its paths where an address has no path of its own. */
  readonly prefix: '' | `/${string}`
  /** Whether every server of its kind knows which models it has; else only the maker's is asked about them. */
  readonly alwaysKnowsModels: boolean
  headers(apiKey: string | null): Readonly<Record<string, string>>
  question(request: ModelRequest, asked: AskedOf): Question
  /** How it is asked whether there is a model. */
  lookUp(model: string): Question
  /** For one answer, streamed or in one piece. */
  reader(): ReadPiece
}
