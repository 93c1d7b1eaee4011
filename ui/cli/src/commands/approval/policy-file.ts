import { readFileSync } from 'node:fs'
import { type ApprovalPolicy, approvalPolicy, approvalShortForm } from '@mosaic/contracts/approval'
import { parseDocument } from 'yaml'
import { CliError, exitCodes } from '../../cli.ts'

/** A policy by its short name, or from a YAML (or JSON) file. */
export function policyFrom(given: string): ApprovalPolicy {
  const short = approvalShortForm.safeParse(given)
  if (short.success) return approvalPolicy.parse({ otherwise: short.data })
  const document = parseDocument(textOf(given))
  const broken = document.errors[0]
  if (broken) throw wrong(`${given}: ${broken.message}`)
  const parsed = approvalPolicy.safeParse(document.toJS({ maxAliasCount: 100 }))
  if (parsed.success) return parsed.data
  throw wrong(parsed.error.issues.map(({ path, message }) => `${given}: ${path.join('.')}: ${message}`).join('\n'))
}

function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw wrong(`${file}: expected allow, ask, or a file with a policy (${(error as Error).message})`)
  }
}

const wrong = (message: string) => new CliError(message, { exitCode: exitCodes.usage })
