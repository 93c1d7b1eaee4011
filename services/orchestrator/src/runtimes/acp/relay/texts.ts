import type { RecordedText } from '@mosaic/contracts/agent-session'
import { isObject } from './bounds.ts'

/** In characters: a longer string (an image, a file) is told by its beginning. */
const mostOfString = 200_000
const beginning = 2000
/** In characters: a fact holds so much at once, at three bytes a character well below what the store takes. */
const mostOfFact = 120_000

/** Strings that nobody would read are left out but for their beginning. */
export function shortened(value: unknown): unknown {
  if (typeof value === 'string' && value.length > mostOfString) {
    return `${value.slice(0, beginning).toWellFormed()}… [${value.length - beginning} characters are left out]`
  }
  if (Array.isArray(value)) return value.map(shortened)
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shortened(part)]))
}

/** As facts hold them: long ones in parts, short ones together. */
export function batchesOf(texts: readonly { readonly digest: string; readonly json: string }[]): RecordedText[][] {
  const batches: RecordedText[][] = []
  let room = 0
  for (const { digest, json } of texts) {
    const parts = partsOf(json)
    for (const [index, text] of parts.entries()) {
      if (batches.length === 0 || text.length > room) {
        batches.push([])
        room = mostOfFact
      }
      batches.at(-1)?.push({ digest, part: index + 1, parts: parts.length, text })
      // What names it takes room as well.
      room -= text.length + 100
    }
  }
  return batches
}

function partsOf(text: string): string[] {
  const parts: string[] = []
  for (let from = 0; from < text.length || parts.length === 0; ) {
    const to = from + mostOfFact
    // Never between the halves of one character.
    const end = /[\udc00-\udfff]/.test(text[to] ?? '') ? to - 1 : to
    parts.push(text.slice(from, end))
    from = end
  }
  return parts
}
