import { coverBeginning, type Redactor, type Seam } from '@mosaic/redaction'
import { GitFault } from '../git/index.ts'
import { SandboxGoneError } from '../sandbox/index.ts'
import type { Runs, ToolAnswer, ToolContexts, ToolOf } from './contract.ts'
import { ToolRefusal } from './refusal.ts'
import { shorten } from './shorten.ts'

const maxCharacters = 60_000

/** What the model and the events get: redacted and cut to size. */
export type ToolOutcome = Omit<ToolAnswer, 'isError'> & { readonly isError: boolean }

/**
 * Carries out a call of any tool; every tool's answer goes through here. Never rejects for what the model or the sandbox
 * did: that is an outcome with `isError` and `details.code`. `undefined` when the call gave way to a pause.
 * @param call.redactor Knows what must never reach the model. @param call.seam Between it and what was shown before.
 */
export async function executeTool<In extends Runs>(
  tool: ToolOf<In>,
  call: {
    readonly input: unknown
    readonly context: ToolContexts[In]
    readonly redactor: Redactor
    readonly seam: Seam
  },
): Promise<ToolOutcome | undefined> {
  const answer = await tool.execute(call.input, call.context).catch(explained)
  if (!answer) return undefined
  const { redacted } = call.redactor.count(answer.content)
  const whole = coverBeginning(call.seam.covered(answer.content))
  const { text: content, truncated } = shorten(whole, maxCharacters)
  return {
    ...answer,
    content,
    isError: answer.isError ?? false,
    details: {
      // File names and branches are the agent's words too.
      ...call.redactor.value(answer.details),
      ...(redacted > 0 ? { redacted } : {}),
      ...(truncated ? { truncated } : {}),
    },
  }
}

/** An answer that says what is wrong, for the model. */
export function refused(code: string, message: string, details: ToolAnswer['details'] = {}): ToolOutcome {
  return { content: `${code}: ${message}`, isError: true, details: { ...details, code } }
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
