// What several dialects cut a turn into, and read out of a request.
import { z } from 'zod'
import type { Usage } from '../api/tokens.ts'

/** A text, or one in parts. */
export const content = z.union([
  z.string(),
  z
    .array(z.looseObject({ type: z.string(), text: z.string().optional() }))
    .transform((parts) => parts.map(({ text }) => text ?? '').join('')),
  z.null().transform(() => ''),
])

/** All that was read, where what came from the cache is not counted apart. */
export const promptTokens = (usage: Usage): number =>
  usage.input_tokens + usage.cache_read_input_tokens + usage.cache_creation_input_tokens

/** A text as it is streamed. */
export const wordsOf = (text: string): string[] => text.match(/\S+\s*|\s+/g) ?? []

/** JSON in pieces that end anywhere. */
export const jsonPieces = (json: string): string[] => json.match(/[\s\S]{1,24}/g) ?? []

export const openaiCallId = (id: string) => id.replace(/^toolu_/, 'call_')

/** Input that is no object never came from here. */
export function parsedInput(json: string): Record<string, unknown> {
  try {
    const input: unknown = JSON.parse(json)
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : { invalid: json }
  } catch {
    return { invalid: json }
  }
}

/** Where an API has no field for a tool's failure, agents say so in its result's first line. */
export function failureMark(said: string): { content: string; is_error: boolean } {
  const mark = 'ERROR\n'
  return said.startsWith(mark)
    ? { content: said.slice(mark.length), is_error: true }
    : { content: said, is_error: false }
}
