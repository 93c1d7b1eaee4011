import type { ExecResult } from '../sandbox/index.ts'
import type { ToolContext } from './contract.ts'
import type { ToolInput } from './definitions.ts'
import { ToolRefusal } from './refusal.ts'
import { shellWord, type ToolAnswer } from './tool.ts'
import { relativePath } from './worktree-files.ts'

const defaultShellSeconds = 120
const lookUpMs = 30_000
const maxOutputBytes = 256 * 1024
const maxListed = 1_000
const maxMatches = 500
const maxMatchLength = 400

export async function shell(input: ToolInput<'shell'>, context: ToolContext): Promise<ToolAnswer> {
  const seconds = input.timeout_seconds ?? defaultShellSeconds
  const result = await run(context, input.command, seconds * 1_000)
  const { exitCode, timedOut, aborted, truncated } = result
  const ending = timedOut
    ? `[killed: it was not done after ${seconds} s]`
    : exitCode === null
      ? '[killed]'
      : exitCode === 0
        ? ''
        : `[exit code ${exitCode}]`
  const parts = [result.stdout, result.stderr && `[stderr]\n${result.stderr}`, ending].filter((part) => part !== '')
  return {
    content: parts.map((part) => part.replace(/\n$/, '')).join('\n') || '[no output]',
    isError: exitCode !== 0,
    details: { exitCode, timedOut, aborted, truncated },
  }
}

/** By git, which knows what is ignored; in the sandbox, where links lead nowhere else. */
export async function listFiles(input: ToolInput<'list_files'>, context: ToolContext): Promise<ToolAnswer> {
  const where = pathspec(context, input)
  const result = await run(context, `git ls-files -z --cached --others --exclude-standard --deduplicate -- ${where}`)
  if (result.exitCode !== 0) throw failed('list', result)
  const files = result.stdout.split('\0').filter((name) => name !== '')
  const shown = files.slice(0, maxListed)
  const note = files.length > shown.length || result.truncated ? '\n[more than this: narrow it with path or glob]' : ''
  return { content: (shown.join('\n') || '[no files]') + note, details: { files: files.length } }
}

export async function search(input: ToolInput<'search'>, context: ToolContext): Promise<ToolAnswer> {
  const where = pathspec(context, input)
  const options = '-n -I --no-color --full-name --untracked -E'
  const result = await run(context, `git grep ${options} -e ${shellWord(input.pattern)} -- ${where}`)
  // 1: no match.
  if (result.exitCode !== 0 && result.exitCode !== 1) throw failed('search', result)
  const matches = result.stdout.split('\n').filter((line) => line !== '')
  const shown = matches
    .slice(0, maxMatches)
    .map((line) => (line.length > maxMatchLength ? `${line.slice(0, maxMatchLength).toWellFormed()}…` : line))
  const note =
    matches.length > shown.length || result.truncated ? '\n[more than this: narrow it with path or glob]' : ''
  return { content: (shown.join('\n') || '[no match]') + note, details: { matches: matches.length } }
}

function pathspec({ worktree }: ToolContext, input: { path?: string | undefined; glob?: string | undefined }): string {
  const path = input.path === undefined ? '' : relativePath(worktree.path, input.path)
  if (input.glob === undefined) return path === '' ? '.' : shellWord(`:(literal)${path}`)
  const literal = path.replaceAll(/[*?[\\]/g, String.raw`\$&`)
  return shellWord(`:(glob)${literal === '' ? '' : `${literal}/`}${input.glob}`)
}

function run({ sandbox, signal }: ToolContext, command: string, timeoutMs = lookUpMs): Promise<ExecResult> {
  return sandbox.exec(command, { timeoutMs, maxOutputBytes, ...(signal ? { signal } : {}) })
}

function failed(what: string, { stderr, timedOut }: ExecResult): ToolRefusal {
  const reason = timedOut ? 'it took too long' : stderr.trim().slice(0, 500)
  return new ToolRefusal('COMMAND_FAILED', `Could not ${what}: ${reason}`)
}
