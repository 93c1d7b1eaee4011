import { constants } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { z } from 'zod'
import { defineTool } from './define-tool.ts'
import { path } from './inputs.ts'
import { ToolRefusal } from './refusal.ts'
import { openInside } from './worktree-files.ts'

const { O_RDONLY, O_RDWR, O_WRONLY, O_CREAT } = constants
const maxFileBytes = 4 * 1024 ** 2
const defaultLines = 2_000
const sniffedBytes = 8_000

export const readFile = defineTool({
  name: 'read_file',
  description: 'Reads a text file of the worktree.',
  runs: 'outside',
  repeatable: true,
  input: z.strictObject({
    path: path.describe('Relative to the root of the worktree.'),
    offset: z.number().int().min(1).optional().describe('First line to read, from 1.'),
    limit: z.number().int().min(1).max(10_000).optional().describe('How many lines. Default 2000.'),
  }),
  async execute(input, { worktree }) {
    await using file = await openInside(worktree.path, input.path, O_RDONLY)
    const text = await textOf(file)
    const lines = text.split('\n')
    const count = text.endsWith('\n') ? lines.length - 1 : lines.length
    const first = input.offset ?? 1
    if (first > Math.max(1, count)) throw new ToolRefusal('OFFSET_BEYOND_END', `The file has ${count} lines.`)
    const limit = input.limit ?? defaultLines
    const isWhole = first === 1 && limit >= count
    const last = Math.min(count, first + limit - 1)
    return {
      content: isWhole ? text : `${lines.slice(first - 1, last).join('\n')}\n[lines ${first} to ${last} of ${count}]`,
      details: { path: input.path, lines: count, bytes: Buffer.byteLength(text) },
    }
  },
})

export const writeFile = defineTool({
  name: 'write_file',
  description:
    'Writes a file of the worktree, new or in place of what is there. To change a part of a file use edit_file.',
  runs: 'outside',
  repeatable: false,
  input: z.strictObject({
    path: path.describe('Relative to the root of the worktree. Missing folders are made.'),
    content: z.string().max(1_000_000),
  }),
  async execute(input, { worktree }) {
    await using file = await openInside(worktree.path, input.path, O_WRONLY | O_CREAT)
    const bytes = await replaceContent(file, input.content)
    return { content: `Wrote ${bytes} bytes to ${input.path}.`, details: { path: input.path, bytes } }
  },
})

export const editFile = defineTool({
  name: 'edit_file',
  description: 'Replaces one passage of a file. It must occur exactly once: give enough of the lines around it.',
  runs: 'outside',
  repeatable: false,
  input: z.strictObject({
    path,
    old_text: z.string().min(1).describe('Must occur exactly once in the file, to the letter.'),
    new_text: z.string().max(1_000_000),
  }),
  async execute(input, { worktree }) {
    await using file = await openInside(worktree.path, input.path, O_RDWR)
    const text = await textOf(file)
    const occurrences = text.split(input.old_text).length - 1
    if (occurrences !== 1) {
      const advice = occurrences === 0 ? 'Read the file again.' : 'Give more of the lines around it.'
      throw new ToolRefusal('OLD_TEXT_NOT_UNIQUE', `old_text occurs ${occurrences} times, not once. ${advice}`)
    }
    const at = text.indexOf(input.old_text)
    const bytes = await replaceContent(
      file,
      text.slice(0, at) + input.new_text + text.slice(at + input.old_text.length),
    )
    const line = text.slice(0, at).split('\n').length
    return {
      content: `Replaced one passage of ${input.path} at line ${line}.`,
      details: { path: input.path, line, bytes },
    }
  },
})

async function textOf(file: FileHandle): Promise<string> {
  const { size } = await file.stat()
  if (size > maxFileBytes) {
    throw new ToolRefusal('FILE_TOO_LARGE', `The file has ${size} bytes; look at parts of it with the shell.`)
  }
  const bytes = await file.readFile()
  if (bytes.subarray(0, sniffedBytes).includes(0)) throw new ToolRefusal('FILE_IS_BINARY', 'The file is not text.')
  return bytes.toString('utf8')
}

/** In place, so that mode, owner and links stay. */
async function replaceContent(file: FileHandle, content: string): Promise<number> {
  const bytes = Buffer.from(content, 'utf8')
  await file.truncate(0)
  let written = 0
  while (written < bytes.length) {
    written += (await file.write(bytes, written, bytes.length - written, written)).bytesWritten
  }
  return bytes.length
}
