import { terminalPlain } from '@mosaic/client'
import type { ToolEntry } from '@mosaic/views'

const longest = 160
const oneLine = (text: string) => terminalPlain(text).replaceAll(/\s+/g, ' ').trim().slice(0, longest)
const mainFields = ['command', 'path', 'pattern', 'message', 'question', 'branch', 'task', 'summary', 'glob'] as const

/** The argument that says most, on one line. */
export function argumentOf(input: Readonly<Record<string, unknown>>): string {
  for (const field of mainFields) {
    const value = input[field]
    if (typeof value === 'string' && value.trim() !== '') return oneLine(value)
  }
  return Object.keys(input).length === 0 ? '' : oneLine(JSON.stringify(input))
}

/** What came of it, in a few words: how many lines, or the one line there is. */
export function resultOf({ output }: Pick<ToolEntry, 'output'>): string {
  const text = terminalPlain(output ?? '').trim()
  if (text === '') return 'done'
  const lines = text.split('\n').length
  return lines === 1 && text.length <= 40 && !/^[{[]/.test(text) ? text : lines === 1 ? 'done' : `${lines} lines`
}
