import type { Piece } from './pieces.ts'

type Kind = 'text' | 'thinking'

/** Text and thoughts of a server that does not number its blocks: one ends where the other, or a call, begins. */
export class Speech {
  #kind: Kind | undefined;

  *say(kind: Kind, text: string): Generator<Piece> {
    if (text === '') return
    if (this.#kind !== kind) yield* this.end()
    this.#kind = kind
    yield { type: 'more', key: kind, of: kind, text }
  }

  *end(): Generator<Piece> {
    if (this.#kind) yield { type: 'closed', key: this.#kind }
    this.#kind = undefined
  }
}
