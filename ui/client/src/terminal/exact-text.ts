/** A piece of a text; `isUnseen`: what no eye would find there, by its code points. */
type ExactPart = { readonly text: string; readonly isUnseen: boolean }

/**
 * What a font shows as nothing, what hides or reorders what stands beside it, and spaces that are none: whoever decides
 * about a text has to see it to the letter. A line feed, a tab and a space are what they look like.
 */
const unseen = /(?![\n\t ])[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]+/gu

/** The text with what cannot be seen in it spelled out, as `\u{202e}`. Nothing is left out and nothing obeyed. */
export function exactParts(text: string): ExactPart[] {
  const parts: ExactPart[] = []
  let from = 0
  for (const { 0: found, index } of text.matchAll(unseen)) {
    if (index > from) parts.push({ text: text.slice(from, index), isUnseen: false })
    parts.push({ text: spelled(found), isUnseen: true })
    from = index + found.length
  }
  if (from < text.length) parts.push({ text: text.slice(from), isUnseen: false })
  return parts
}

const spelled = (text: string): string =>
  Array.from(text, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`).join('')
