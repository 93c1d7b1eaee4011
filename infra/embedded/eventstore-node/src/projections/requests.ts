import { MalformedRequestError } from '../streams/refusals.ts'
import { ProtoReader } from '../wire/protobuf.ts'

/** The options of a request by field: texts, and numbers of those that are none. */
export class Options {
  readonly #texts = new Map<number, string>()
  readonly #flags = new Set<number>()
  /** The field that came last: of those that exclude each other it counts. */
  last = 0

  constructor(reader: ProtoReader) {
    for (let field = reader.next(); field !== 0; field = reader.next()) {
      if (reader.wireType === 2) this.#texts.set(field, reader.string())
      else if (reader.bool()) this.#flags.add(field)
      this.last = field
    }
  }

  text(field: number): string {
    return this.#texts.get(field) ?? ''
  }

  flag(field: number): boolean {
    return this.#flags.has(field)
  }
}

export function readOptions(message: Buffer): Options {
  const outer = new ProtoReader(message)
  if (outer.next() !== 1) throw new MalformedRequestError('no options')
  return new Options(outer.message())
}
