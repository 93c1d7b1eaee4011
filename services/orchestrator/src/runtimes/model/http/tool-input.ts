const mostNested = 100

/** Input that a server sends in one piece with a call's beginning, as the text that it would otherwise send in parts. */
export function inputText(input: unknown): string {
  if (input === undefined || input === null) return ''
  return typeof input === 'string' ? input : JSON.stringify(input)
}

/** No input at all is an empty object; input that is no object is given to the tool as it came, to be refused there. */
export function parseInput(text: string): Record<string, unknown> {
  if (text.trim() === '') return {}
  try {
    const input: unknown = nesting(text) > mostNested ? undefined : JSON.parse(text)
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return wellFormed({ ...input })
  } catch {
    // Told to the model by the tool's own check of its input.
  }
  return { invalid_json: text }
}

/** How deep brackets open, those within strings included: more than it is at worst. */
function nesting(text: string): number {
  let depth = 0
  let deepest = 0
  for (const character of text) {
    if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth)
    else if (character === '}' || character === ']') depth--
  }
  return deepest
}

/** Half characters come in by JSON's escapes; no store keeps them. */
function wellFormed(value: Record<string, unknown>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(value), (_, part: unknown) =>
    typeof part === 'string' ? part.toWellFormed() : part,
  )
}
