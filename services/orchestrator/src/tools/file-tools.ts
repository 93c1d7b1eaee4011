import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { breaksWithCrlf, replacePassage, withCrlf } from './edit-passage.ts'
import { path } from './inputs.ts'
import { ToolRefusal } from './refusal.ts'
import { type DecodedText, decodeText, encodeText } from './text-encoding.ts'
import { openInside } from './worktree-files.ts'

const { O_RDONLY, O_RDWR, O_CREAT } = constants
const maxFileBytes = 4 * 1024 ** 2
/** In one go, where nothing is known of what is left. */
const leastRead = 64 * 1024
const defaultLines = 2_000

export const readFile = defineTool({
  name: 'read_file',
  description: 'Reads a text file of the worktree.',
  runs: 'outside',
  repeatable: true,
  reviewers: 'too',
  input: z.strictObject({
    path: path.describe('Relative to the root of the worktree.'),
    offset: z.number().int().min(1).optional().describe('First line to read, from 1.'),
    limit: z.number().int().min(1).max(10_000).optional().describe('How many lines. Default 2000.'),
  }),
  async execute(input, { worktree }) {
    await using file = await openInside(worktree.path, input.path, O_RDONLY)
    const bytes = await bytesOf(file)
    const { text, encoding } = decodeText(bytes)
    const lines = text.split('\n')
    const count = text.endsWith('\n') ? lines.length - 1 : lines.length
    const first = input.offset ?? 1
    if (first > Math.max(1, count)) throw new ToolRefusal('OFFSET_BEYOND_END', `The file has ${count} lines.`)
    const limit = input.limit ?? defaultLines
    const isWhole = first === 1 && limit >= count
    const last = Math.min(count, first + limit - 1)
    const notes = [
      ...(isWhole ? [] : [`[lines ${first} to ${last} of ${count}]`]),
      ...(encoding === 'UTF-8' ? [] : [`[the file is ${encoding}; edit_file keeps it so]`]),
    ]
    const shown = isWhole ? text : `${lines.slice(first - 1, last).join('\n')}\n`
    return {
      content: notes.length === 0 || shown.endsWith('\n') ? shown + notes.join('\n') : `${shown}\n${notes.join('\n')}`,
      details: { path: input.path, lines: count, bytes: bytes.length, encoding },
    }
  },
})

export const writeFile = defineTool({
  name: 'write_file',
  description:
    'Writes a file of the worktree, new or in place of what is there, whose encoding and line ends it keeps. To change a part of a file use edit_file.',
  runs: 'outside',
  repeatable: false,
  changesFiles: true,
  input: z.strictObject({
    path: path.describe('Relative to the root of the worktree. Missing folders are made.'),
    content: z.string().max(1_000_000),
  }),
  async execute(input, { worktree }) {
    await using file = await openInside(worktree.path, input.path, O_RDWR | O_CREAT)
    const { bytes, note } = await inTheWayOf(file, input.content)
    await replaceContent(file, bytes)
    const { length } = bytes
    return { content: `Wrote ${length} bytes to ${input.path}${note}.`, details: { path: input.path, bytes: length } }
  },
})

export const editFile = defineTool({
  name: 'edit_file',
  description: 'Replaces one passage of a file. It must occur exactly once: give enough of the lines around it.',
  runs: 'outside',
  repeatable: false,
  changesFiles: true,
  input: z.strictObject({
    path,
    old_text: z
      .string()
      .min(1)
      .describe('Must occur exactly once in the file, to the letter; a line break fits CRLF and LF.'),
    new_text: z.string().max(1_000_000),
  }),
  async execute(input, { worktree }) {
    await using file = await openInside(worktree.path, input.path, O_RDWR)
    const { text, encoding } = decodeText(await bytesOf(file))
    const edited = replacePassage(text, input.old_text, input.new_text)
    const bytes = encodeText(edited.text, encoding)
    await replaceContent(file, bytes)
    const { line } = edited
    return {
      content: `Replaced one passage of ${input.path} at line ${line}.`,
      details: { path: input.path, line, bytes: bytes.length },
    }
  },
})

/** Whole, but never more than is allowed: a file may grow between the look at its size and its reading. */
async function bytesOf(file: FileHandle): Promise<Buffer> {
  const { size } = await file.stat()
  const parts: Buffer[] = []
  for (let length = 0; length <= maxFileBytes; ) {
    const part = Buffer.alloc(Math.min(Math.max(size - length, leastRead), maxFileBytes + 1 - length))
    const { bytesRead } = await file.read(part, 0, part.length, length)
    if (bytesRead === 0) return Buffer.concat(parts)
    parts.push(part.subarray(0, bytesRead))
    length += bytesRead
  }
  throw new ToolRefusal(
    'FILE_TOO_LARGE',
    `The file has ${Math.max(size, maxFileBytes + 1)} bytes; look at parts of it with the shell.`,
  )
}

/** The new content in the encoding and with the line ends of what it takes the place of, where that is text. */
async function inTheWayOf(file: FileHandle, content: string): Promise<{ bytes: Buffer; note: string }> {
  const before = await decodedOrNothing(file)
  if (!before) return { bytes: encodeText(content, 'UTF-8'), note: '' }
  const crlf = breaksWithCrlf(before.text)
  const text = crlf ? withCrlf(content) : content
  const kept = [...(before.encoding === 'UTF-8' ? [] : [before.encoding]), ...(crlf ? ['CRLF line ends'] : [])]
  return { bytes: encodeText(text, before.encoding), note: kept.length > 0 ? `, keeping ${kept.join(' and ')}` : '' }
}

async function decodedOrNothing(file: FileHandle): Promise<DecodedText | undefined> {
  try {
    return decodeText(await bytesOf(file))
  } catch (error) {
    if (error instanceof ToolRefusal) return undefined
    throw error
  }
}

/** In place, so that mode, owner and links stay. What makes the file longer is written first: a full disk changes nothing. */
async function replaceContent(file: FileHandle, bytes: Buffer): Promise<void> {
  const { size } = await file.stat()
  try {
    await writeRange(file, bytes, size, bytes.length)
  } catch (error) {
    await file.truncate(size)
    throw error
  }
  await writeRange(file, bytes, 0, Math.min(size, bytes.length))
  await file.truncate(bytes.length)
}

async function writeRange(file: FileHandle, bytes: Buffer, from: number, to: number): Promise<void> {
  for (let at = from; at < to; ) at += (await file.write(bytes, at, to - at, at)).bytesWritten
}
