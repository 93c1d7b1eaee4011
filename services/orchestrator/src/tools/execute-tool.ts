import { GitFault } from '../git/index.ts'
import { SandboxGoneError } from '../sandbox/index.ts'
import type { Runs, ToolAnswer, ToolContexts, ToolOf } from './contract.ts'
import { redact, shorten } from './redaction.ts'
import { ToolRefusal } from './refusal.ts'

const maxCharacters = 60_000

/** What the model and the events get: redacted and cut to size. */
export type ToolOutcome = Omit<ToolAnswer, 'isError'> & { readonly isError: boolean }

/**
 * Carries out a call of any tool; every tool's answer goes through here. Never rejects for what the model or the sandbox
 * did: that is an outcome with `isError` and `details.code`. `undefined` when the call gave way to a pause.
 * @param call.secrets Values that must never reach the model or an event (API keys of the environment).
 */
export async function executeTool<In extends Runs>(
  tool: ToolOf<In>,
  call: { readonly input: unknown; readonly context: ToolContexts[In]; readonly secrets: readonly string[] },
): Promise<ToolOutcome | undefined> {
  const answer = await tool.execute(call.input, call.context).catch(explained)
  if (!answer) return undefined
  const { text, redacted } = redact(answer.content, call.secrets)
  const { text: content, truncated } = shorten(text, maxCharacters)
  return {
    ...answer,
    content,
    isError: answer.isError ?? false,
    details: {
      ...redactedDetails(answer.details, call.secrets),
      ...(redacted > 0 ? { redacted } : {}),
      ...(truncated ? { truncated } : {}),
    },
  }
}

/** An answer that says what is wrong, for the model. */
export function refused(code: string, message: string, details: ToolAnswer['details'] = {}): ToolOutcome {
  return { content: `${code}: ${message}`, isError: true, details: { ...details, code } }
}

/** File names and branches are the agent's words too. */
function redactedDetails(details: ToolAnswer['details'], secrets: readonly string[]): ToolAnswer['details'] {
  return JSON.parse(redact(JSON.stringify(details), secrets).text)
}

/** What went wrong, in words for the model. Anything that is not foreseen here is a fault and goes up. */
function explained(error: unknown): ToolAnswer {
  if (error instanceof ToolRefusal) return refused(error.code, error.message, error.details)
  if (error instanceof SandboxGoneError) return refused('SANDBOX_GONE', 'The sandbox has ended.')
  if (error instanceof GitFault) return refused('GIT_FAULT', `${error.message}. Try again, or tell the operator.`)
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  const words = code === undefined ? undefined : fileErrors[code]
  if (code === undefined || words === undefined) throw error
  return refused(code, words)
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
