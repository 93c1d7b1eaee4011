/** What an executor answers before redaction and cutting to size. */
export type ToolAnswer = {
  readonly content: string
  readonly details: Readonly<Record<string, unknown>>
  readonly isError?: boolean
}

/** One word of a shell command, whatever it holds. */
export function shellWord(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
