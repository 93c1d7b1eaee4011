import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { CliError, exitCodes } from './cli.ts'

/** A secret from a variable, from a pipe, or typed without being shown. Never from an argument: those are everybody's to read. */
export async function readSecret(
  what: string,
  { variable, signal }: { readonly variable?: string | undefined; readonly signal: AbortSignal },
): Promise<string> {
  const secret = await (variable === undefined ? typedOrPiped(what, signal) : inVariable(variable))
  if (secret !== '') return secret
  throw new CliError(`There is no ${what}: nothing was given.`, { exitCode: exitCodes.usage })
}

async function inVariable(name: string): Promise<string> {
  const value = process.env[name]?.trim()
  if (value) return value
  throw new CliError(`The variable ${name} is not set in this shell.`, { exitCode: exitCodes.usage })
}

async function typedOrPiped(what: string, signal: AbortSignal): Promise<string> {
  if (!process.stdin.isTTY) return (await text(process.stdin)).trim()
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() })
  const prompt = createInterface({ input: process.stdin, output: nowhere, terminal: true })
  // The terminal is in raw mode: Ctrl-C comes as a key.
  const interrupted = new AbortController()
  prompt.on('SIGINT', () => interrupted.abort())
  process.stderr.write(`${what} (not shown): `)
  try {
    return (await prompt.question('', { signal: AbortSignal.any([signal, interrupted.signal]) })).trim()
  } catch (error) {
    throw new CliError('Nothing was added.', { exitCode: exitCodes.interrupted, cause: error })
  } finally {
    prompt.close()
    process.stderr.write('\n')
  }
}
