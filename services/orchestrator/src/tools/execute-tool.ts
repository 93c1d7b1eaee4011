import { z } from 'zod'
import { GitFault } from '../git/index.ts'
import { SandboxGoneError } from '../sandbox/index.ts'
import type { ToolCall, ToolContext, ToolOutcome } from './contract.ts'
import { type SandboxTool, sandboxTools, type ToolInput, toolInputs } from './definitions.ts'
import { editFile, readFile, writeFile } from './file-tools.ts'
import { commit, mergeBranch } from './git-tools.ts'
import { redact, shorten } from './redaction.ts'
import { ToolRefusal } from './refusal.ts'
import { listFiles, search, shell } from './shell-tools.ts'
import type { ToolAnswer } from './tool.ts'

const maxCharacters = 60_000

type Executors = {
  [Name in SandboxTool]: (input: ToolInput<Name>, context: ToolContext, callId: string) => Promise<ToolAnswer>
}

const executors: Executors = {
  shell,
  read_file: readFile,
  write_file: writeFile,
  edit_file: editFile,
  list_files: listFiles,
  search,
  commit: (input, context, callId) => commit(input, { callId, context }),
  merge_branch: mergeBranch,
}

/** Never rejects for what the model or the sandbox did: that is an outcome with `isError` and `details.code`. */
export async function executeTool(call: ToolCall, context: ToolContext): Promise<ToolOutcome> {
  const startedAt = performance.now()
  const answer = await perform(call, context).catch(explained)
  const { text, redacted } = redact(answer.content, context.secrets)
  const { text: content, truncated } = shorten(text, maxCharacters)
  return {
    content,
    isError: answer.isError ?? false,
    durationMs: Math.round(performance.now() - startedAt),
    details: {
      ...redactedDetails(answer.details, context.secrets),
      ...(redacted > 0 ? { redacted } : {}),
      ...(truncated ? { truncated } : {}),
    },
  }
}

export function isSandboxTool(name: string): name is SandboxTool {
  return sandboxTools.some((tool) => tool === name)
}

async function perform(call: ToolCall, context: ToolContext): Promise<ToolAnswer> {
  if (!isSandboxTool(call.name)) throw new ToolRefusal('UNKNOWN_TOOL', `There is no tool ${call.name.slice(0, 100)}.`)
  return performAs(call.name, call, context)
}

function performAs<Name extends SandboxTool>(name: Name, call: ToolCall, context: ToolContext): Promise<ToolAnswer> {
  const parsed = toolInputs[name].safeParse(call.input)
  if (!parsed.success) throw new ToolRefusal('INVALID_INPUT', z.prettifyError(parsed.error))
  return executors[name](parsed.data as ToolInput<Name>, context, call.id)
}

/** File names and branches are the agent's words too. */
function redactedDetails(details: ToolAnswer['details'], secrets: readonly string[]): ToolAnswer['details'] {
  return JSON.parse(redact(JSON.stringify(details), secrets).text)
}

/** What went wrong, in words for the model. Anything that is not foreseen here is a fault and goes up. */
function explained(error: unknown): ToolAnswer {
  if (error instanceof ToolRefusal) return refusal(error.code, error.message, error.details)
  if (error instanceof SandboxGoneError) return refusal('SANDBOX_GONE', 'The sandbox has ended.')
  if (error instanceof GitFault) return refusal('GIT_FAULT', 'git failed; try again or tell the operator.')
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  const words = code === undefined ? undefined : fileErrors[code]
  if (code === undefined || words === undefined) throw error
  return refusal(code, words)
}

const fileErrors: Readonly<Record<string, string>> = {
  EACCES: 'Not allowed to open that.',
  EISDIR: 'That is a folder.',
  ENAMETOOLONG: 'The path is too long.',
  ENOENT: 'There is no such file.',
  ENOSPC: 'The disk is full.',
  ENOTDIR: 'A part of the path is not a folder.',
  ENXIO: 'That is not a regular file.',
  EROFS: 'That is read-only.',
}

function refusal(code: string, message: string, details: Readonly<Record<string, unknown>> = {}): ToolAnswer {
  return { content: `${code}: ${message}`, isError: true, details: { ...details, code } }
}
