import { ToolRefusal } from './refusal.ts'

export type Edited = { readonly text: string; readonly line: number }

/**
 * Replaces the one passage that reads like `oldText`. A line break in it stands for CRLF and LF alike, and what is put
 * in breaks its lines as the lines around it do. What old and new have in common at both ends is not touched.
 * @throws ToolRefusal when the passage is not there, or there more than once
 */
export function replacePassage(text: string, oldText: string, newText: string): Edited {
  const file = flatten(text)
  const sought = flatten(oldText).flat
  const at = file.flat.indexOf(sought)
  if (at === -1 || !sought.isWellFormed()) throw notUnique('does not occur in the file', 'Read the file again.')
  if (file.flat.includes(sought, at + 1)) {
    throw notUnique('occurs more than once', 'Give more of the lines around it.')
  }
  const put = flatten(newText).flat
  const head = commonHead(sought, put)
  const tail = commonTail(sought, put, head)
  const start = file.placeOf(at + head)
  const end = file.placeOf(at + sought.length - tail)
  const inserted = put.slice(head, put.length - tail).replaceAll('\n', breakAround(text, start))
  return {
    text: text.slice(0, start) + inserted + text.slice(end),
    line: file.flat.slice(0, at).split('\n').length,
  }
}

/** Whether every line of a text ends in CRLF, of those that end. */
export const breaksWithCrlf = (text: string): boolean => text.includes('\r\n') && !/(^|[^\r])\n/.test(text)

export const withCrlf = (text: string): string => flatten(text).flat.replaceAll('\n', '\r\n')

/** A text with LF alone, and where its characters stand in the text itself. */
function flatten(text: string) {
  if (!text.includes('\r\n')) return { flat: text, placeOf: (at: number) => at }
  const removed: number[] = []
  for (let at = text.indexOf('\r\n'); at !== -1; at = text.indexOf('\r\n', at + 2)) removed.push(at - removed.length)
  return {
    flat: text.replaceAll('\r\n', '\n'),
    // A place at a line break is the one before its CR.
    placeOf: (at: number) => at + countBelow(removed, at),
  }
}

function countBelow(sorted: readonly number[], limit: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < limit) low = middle + 1
    else high = middle
  }
  return low
}

/** How the line ends in which the passage begins, or the one before where it is the last. */
function breakAround(text: string, start: number): string {
  const next = text.indexOf('\n', start)
  const near = next === -1 ? text.lastIndexOf('\n', start - 1) : next
  return near > 0 && text[near - 1] === '\r' ? '\r\n' : '\n'
}

function commonHead(a: string, b: string): number {
  let length = 0
  while (length < a.length && length < b.length && a[length] === b[length]) length++
  return length
}

function commonTail(a: string, b: string, head: number): number {
  const most = Math.min(a.length, b.length) - head
  let length = 0
  while (length < most && a.at(-1 - length) === b.at(-1 - length)) length++
  return length
}

const notUnique = (how: string, advice: string) =>
  new ToolRefusal('OLD_TEXT_NOT_UNIQUE', `old_text ${how}; it must occur exactly once. ${advice}`)
