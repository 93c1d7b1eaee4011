import { readFileSync, statSync } from 'node:fs'
import { workerToken } from '@mosaic/contracts/worker'
import { CliError, exitCodes } from '../../cli.ts'
import { readSecret } from '../../read-secret.ts'

export const tokenVariable = 'MOSAIC_JOIN_TOKEN'

const ways = `Give it on standard input (--token -), in a file that only you can read (--token @FILE) or in the variable ${tokenVariable}, or leave --token out to be asked for it.`

/** A join token from `-` or `@FILE`, else from the variable or a terminal. Arguments are everybody's to read: from there none is taken. */
export async function readToken(source: string | undefined, signal: AbortSignal): Promise<string> {
  const token = await textOf(source, signal)
  if (workerToken.safeParse(token).success) return token
  throw refused('This is no token as "mosaic worker add" prints it.', { hint: ways })
}

function textOf(source: string | undefined, signal: AbortSignal): string | Promise<string> {
  if (source?.startsWith('@')) return inFile(source.slice(1))
  if (source === '-') return readSecret('join token', { signal })
  if (source !== undefined) {
    throw refused('A token is not taken as an argument: every user of this machine can read those.', {
      hint: `${ways} If this was one, others may have read it: "mosaic worker token" makes another.`,
    })
  }
  if (process.env[tokenVariable] !== undefined) return readSecret('join token', { variable: tokenVariable, signal })
  if (process.stdin.isTTY) return readSecret('join token', { signal })
  throw refused('This worker has no credential yet, and no token was given.', { hint: ways })
}

function inFile(file: string): string {
  const { mode, uid } = found(file)
  if ((mode & 0o077) !== 0 || (uid !== process.getuid?.() && uid !== 0)) {
    throw refused(`Others can read ${file}, or it is not yours.`, { hint: `chmod 600 ${file}` })
  }
  return readFileSync(file, 'utf8').trim()
}

function found(file: string) {
  try {
    return statSync(file)
  } catch (error) {
    throw new CliError(`${file} cannot be read.`, { exitCode: exitCodes.usage, hint: ways, cause: error })
  }
}

const refused = (message: string, { hint }: { readonly hint: string }) =>
  new CliError(message, { exitCode: exitCodes.usage, hint })
