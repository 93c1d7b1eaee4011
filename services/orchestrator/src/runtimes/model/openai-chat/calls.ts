import { AnswerBrokenError } from '../http/faults.ts'
import type { Piece } from '../http/pieces.ts'
import { inputText } from '../http/tool-input.ts'
import type { WireCall } from './wire.ts'

/** The calls of one answer. Servers tell them apart by index, some by id alone, some give all of them the same index. */
export class Calls {
  #latest: { readonly key: string; readonly id: string } | undefined
  readonly #open = new Map<number, { readonly key: string; readonly id: string }>()
  #begun = 0;

  *read({ index, id, function: called }: WireCall): Generator<Piece> {
    const known = typeof index === 'number' ? this.#open.get(index) : this.#latest
    const continues = known !== undefined && (!id || id === known.id) && !(typeof index !== 'number' && called?.name)
    const call = continues ? known : { key: `call ${this.#begun++}`, id: id ?? '' }
    if (!continues) {
      const name = called?.name ?? ''
      if (name === '') throw new AnswerBrokenError('called a tool without a name')
      yield { type: 'begun', key: call.key, block: { type: 'tool_use', id: call.id, name } }
    }
    if (typeof index === 'number') this.#open.set(index, call)
    this.#latest = call
    const text = inputText(called?.arguments)
    if (text !== '') yield { type: 'more', key: call.key, of: 'input', text }
  }
}
