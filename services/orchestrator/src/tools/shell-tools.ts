import { join } from 'node:path'
import type { Network } from '@mosaic/contracts/agent-session'
import { z } from 'zod'
import { type ExecResult, shellWord, wantOfNetwork } from '../sandbox/index.ts'
import type { WorkContext } from './contract.ts'
import { defineTool } from './define-tool.ts'
import { glob, path, seconds } from './inputs.ts'
import { ToolRefusal } from './refusal.ts'
import { relativePath } from './worktree-files.ts'

const defaultShellSeconds = 120
const lookUpMs = 30_000
const maxOutputBytes = 256 * 1024
const maxListed = 1_000
const maxMatches = 500
const maxMatchLength = 400

export const shell = defineTool({
  name: 'shell',
  description:
    'Runs a command in the sandbox and answers its output and exit code. There is no network beyond the hosts that you were told of. The worktree and /tmp are writable. ' +
    'What a command starts in the background goes on running. git can read here; to commit, use the commit tool.',
  runs: 'sandbox',
  repeatable: false,
  changesFiles: true,
  reviewers: 'too',
  input: z.strictObject({
    command: z
      .string()
      .min(1)
      .max(64_000)
      .describe('Run by `sh -c` in the working folder: the root of the worktree, unless you were told another.'),
    timeout_seconds: seconds(3_600).optional().describe('After this long the command is killed. Default 120.'),
  }),
  async execute(input, context) {
    const limit = input.timeout_seconds ?? defaultShellSeconds
    const result = await run(context, inWorkingFolder(context, input.command), limit * 1_000)
    const { exitCode, timedOut, aborted, truncated, full } = result
    const ending = full
      ? `[killed: ${full}]`
      : timedOut
        ? `[killed: it was not done after ${limit} s]`
        : exitCode === null
          ? '[killed]'
          : exitCode === 0
            ? ''
            : `[exit code ${exitCode}]`
    const wanting = exitCode === 0 ? undefined : wantOfNetwork(`${result.stdout}\n${result.stderr}`, networkOf(context))
    const hint = wanting ? `[${wanting}]` : ''
    const errors = result.stderr && `[stderr]\n${result.stderr}`
    const parts = [result.stdout, errors, ending, hint].filter((part) => part !== '')
    return {
      content: parts.map((part) => part.replace(/\n$/, '')).join('\n') || '[no output]',
      isError: exitCode !== 0,
      details: { exitCode, timedOut, aborted, truncated },
    }
  },
})

const networkOf = ({ network }: WorkContext): Network => network ?? { kind: 'none' }

function inWorkingFolder({ worktree, workdir = '.' }: WorkContext, command: string): string {
  return workdir === '.' ? command : `cd -- ${shellWord(join(worktree.path, workdir))} || exit\n${command}`
}

/** By git, which knows what is ignored; in the sandbox, where links lead nowhere else. */
export const listFiles = defineTool({
  name: 'list_files',
  description: 'Lists the files of the worktree, without those that git ignores.',
  runs: 'sandbox',
  repeatable: true,
  reviewers: 'too',
  input: z.strictObject({
    path: path.optional().describe('A folder. Default: the whole worktree.'),
    glob: glob.optional().describe('For example `src/**/*.ts`, relative to path.'),
  }),
  async execute(input, context) {
    const where = pathspec(context, input)
    const result = await run(context, `git ls-files -z --cached --others --exclude-standard --deduplicate -- ${where}`)
    if (result.exitCode !== 0) throw failed('list', result)
    const files = result.stdout.split('\0').filter((name) => name !== '')
    const shown = files.slice(0, maxListed)
    const note =
      files.length > shown.length || result.truncated ? '\n[more than this: narrow it with path or glob]' : ''
    return { content: (shown.join('\n') || '[no files]') + note, details: { files: files.length } }
  },
})

export const search = defineTool({
  name: 'search',
  description:
    'Searches the files of the worktree and answers `file:line:text`, without what git ignores and binary files (UTF-16 is among these). � stands for a byte that is not UTF-8.',
  runs: 'sandbox',
  repeatable: true,
  reviewers: 'too',
  input: z.strictObject({
    pattern: z.string().min(1).max(2_000).describe('An extended regular expression (POSIX).'),
    path: path.optional().describe('A folder or file. Default: the whole worktree.'),
    glob: glob.optional().describe('Search only files that match, relative to path.'),
  }),
  async execute(input, context) {
    const where = pathspec(context, input)
    const grep = `git grep -n -I --no-color --full-name --untracked -E`
    const result = await run(context, `${grep} -e ${shellWord(input.pattern)} -- ${where}`)
    // 1: no match.
    if (result.exitCode !== 0 && result.exitCode !== 1) throw failed('search', result)
    const others = await inOtherEncodings(context, `LC_ALL=C ${grep} -e ${inLatin1(input.pattern)}`, where)
    const matches = [...result.stdout.split('\n').filter((line) => line !== ''), ...others]
    const shown = matches
      .slice(0, maxMatches)
      .map((line) => (line.length > maxMatchLength ? `${line.slice(0, maxMatchLength).toWellFormed()}…` : line))
    const note =
      matches.length > shown.length || result.truncated ? '\n[more than this: narrow it with path or glob]' : ''
    return { content: (shown.join('\n') || '[no match]') + note, details: { matches: matches.length } }
  },
})

/** Lines that are not UTF-8: for git's expressions no character fits such a byte, so it is asked again byte by byte. */
async function inOtherEncodings(context: WorkContext, grep: string, where: string): Promise<readonly string[]> {
  const { stdout } = await run(context, `${grep} --and -e "$(printf '[\\200-\\377]')" -- ${where}`)
  return stdout.split('\n').filter((line) => line.includes('\uFFFD'))
}

/** One word of a shell command whose bytes are ISO-8859-1, as far as that has the characters. */
function inLatin1(text: string): string {
  const word = shellWord(text)
  return word.replaceAll(/[\u0080-\u00FF]+/g, (characters) => {
    const bytes = [...Buffer.from(characters, 'latin1')].map((byte) => `\\${byte.toString(8)}`)
    return `'"$(printf '${bytes.join('')}')"'`
  })
}

function pathspec({ worktree }: WorkContext, input: { path?: string | undefined; glob?: string | undefined }): string {
  const path = input.path === undefined ? '' : relativePath(worktree.path, input.path)
  if (input.glob === undefined) return path === '' ? '.' : shellWord(`:(literal)${path}`)
  const literal = path.replaceAll(/[*?[\\]/g, String.raw`\$&`)
  return shellWord(`:(glob)${literal === '' ? '' : `${literal}/`}${input.glob}`)
}

function run({ sandbox, signal }: WorkContext, command: string, timeoutMs = lookUpMs): Promise<ExecResult> {
  return sandbox.exec(command, { timeoutMs, maxOutputBytes, ...(signal ? { signal } : {}) })
}

function failed(what: string, { stderr, timedOut, full }: ExecResult): ToolRefusal {
  const reason = full ?? (timedOut ? 'it took too long' : stderr.trim().slice(0, 500))
  return new ToolRefusal('COMMAND_FAILED', `Could not ${what}: ${reason}`)
}
