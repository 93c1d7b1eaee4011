/** What stands in every secret of a kind. At least three characters, none of them a quote, a backslash or a control. */
export type Anchor = {
  readonly text: string
  readonly ignoreCase: boolean
  /** A word that stands in many texts: it is worth a closer look, no more. */
  readonly isHint?: boolean
}

/** What of all anchors stands in a text. */
export type Found = 'nothing' | 'hint' | 'anchor'

const bitsOfClass = 6
const letters = 'abcdefghijklmnopqrstuvwxyz'

/** A class for each letter in each case, one for all digits, one each for what marks keys, and 0 for all the rest. */
const classes = new Uint8Array(256)
for (const [index, character] of [...letters, ...letters.toUpperCase(), '0', ...'_-.:/~=?&'].entries()) {
  classes[character.charCodeAt(0)] = index + 1
}
for (const digit of '123456789') classes[digit.charCodeAt(0)] = classes['0'.charCodeAt(0)]!

/** Of three characters. */
const codeOf = (first: number, second: number, third: number): number =>
  (classes[first]! << (2 * bitsOfClass)) | (classes[second]! << bitsOfClass) | classes[third]!

/** A text is looked at in pieces of so many characters, two of them at once. */
const pieceSize = 16_384
const piece = Buffer.from(new ArrayBuffer(pieceSize))
const pairs = new Uint16Array(piece.buffer)
const pairOf = (first: number, second: number): number => new Uint16Array(Uint8Array.of(first, second).buffer)[0]!

/** Small numbers, a bit for each. */
class Bits {
  readonly #words: Int32Array
  constructor(most: number) {
    this.#words = new Int32Array(most / 32)
  }
  add(number: number): void {
    this.#words[number >> 5]! |= 1 << (number & 31)
  }
  has(number: number): boolean {
    return ((this.#words[number >> 5]! >>> (number & 31)) & 1) === 1
  }
}

/**
 * Answers whether any of the anchors stands in a text, or at least a hint; in whatever case where that is ignored, and in another case than
 * its own now and then all the same. Nearly every text holds none, so this is a loop over every second pair of bytes that
 * asks one question of each: whether it is a part of the three characters in which some anchor ends.
 */
export function anchorFinder(anchors: readonly Anchor[]): (text: string) => Found {
  const endings = new Map<number, Map<string, Found>>()
  const isEnding = new Bits(1 << (3 * bitsOfClass))
  const isPair = new Bits(1 << 16)
  for (const { text, ignoreCase, isHint } of anchors) {
    for (const form of ignoreCase ? inEveryCase(text.slice(-3)) : [text.slice(-3)]) {
      const [first, second, third] = [0, 1, 2].map((at) => form.charCodeAt(at)) as [number, number, number]
      for (const pair of [pairOf(first, second), pairOf(second, third)]) isPair.add(pair)
      const code = codeOf(first, second, third)
      isEnding.add(code)
      endings.set(
        code,
        (endings.get(code) ?? new Map<string, Found>()).set(text.toLowerCase(), isHint ? 'hint' : 'anchor'),
      )
    }
  }
  /** @param end in the piece, which begins at `start` in the text */
  const endsAt = (text: string, start: number, end: number): Found => {
    const code = codeOf(piece[end - 3]!, piece[end - 2]!, piece[end - 1]!)
    if (!isEnding.has(code)) return 'nothing'
    let found: Found = 'nothing'
    for (const [anchor, what] of endings.get(code)!) {
      if (found !== 'anchor' && isBefore(text, start + end, anchor)) found = what
    }
    return found
  }
  return (text) => {
    let isHinted = false
    for (let start = 0; ; start += pieceSize - 2) {
      // Of a character beyond Latin-1 the lower byte is left: it may be taken for another, none is missed.
      const size = piece.write(start === 0 ? text : text.slice(start), 'latin1')
      for (let at = 0; at < size; at += 2) {
        if (!isPair.has(pairs[at >> 1]!)) continue
        for (let end = at + 2; end <= at + 3; end++) {
          const found = end < 3 || end > size ? 'nothing' : endsAt(text, start, end)
          if (found === 'anchor') return found
          if (found === 'hint') isHinted = true
        }
      }
      if (start + size >= text.length) return isHinted ? 'hint' : 'nothing'
    }
  }
}

const isBefore = (text: string, end: number, anchor: string): boolean =>
  end >= anchor.length && text.slice(end - anchor.length, end).toLowerCase() === anchor

function inEveryCase(text: string): string[] {
  const [first, ...rest] = text
  if (first === undefined) return ['']
  const forms = new Set([first.toLowerCase(), first.toUpperCase()])
  return inEveryCase(rest.join('')).flatMap((end) => [...forms].map((form) => form + end))
}
