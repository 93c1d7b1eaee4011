import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'

/** Adds one noun's commands to the program. Every file under `commands/` exports one. */
export type Register = (program: Command) => void

/** Options that every command takes, wherever they stand on the line. */
export type GlobalOptions = {
  /** Absolute path of the data folder. */
  dataDir: string
  /** Print one JSON document (or JSON lines when following) instead of text for people. */
  json: boolean
  /** Look and change nothing: what a command may do is decided by the gateway, which is shown the observer's token. */
  readonly: boolean
}

/** Exit codes that scripts can rely on. */
export const exitCodes = {
  ok: 0,
  /** It was done, and failed. */
  failed: 1,
  /** The command line or what it says is not understood. */
  usage: 2,
  /** Nothing runs, or what is needed cannot be reached. */
  notRunning: 3,
  /** Mosaic refuses: not allowed, not possible now. */
  refused: 4,
  notFound: 5,
  interrupted: 130,
} as const

/** A failure that is explained to the person in one line, with what to do about it. No stack trace is shown. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: number
  readonly hint: string | undefined

  constructor(message: string, options: { exitCode?: number; hint?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.exitCode = options.exitCode ?? exitCodes.failed
    this.hint = options.hint
  }
}

/** The folder of the clone that this CLI runs from. */
export const repositoryRoot = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

/** Declares the options of `GlobalOptions` on the program. */
export function declareGlobalOptions(program: Command): void {
  program
    .option('--data <dir>', 'data folder (default: MOSAIC_DATA_DIR, else .mosaic in the clone)')
    .option('--json', 'print JSON')
    .option('--readonly', 'only look: whatever would change something is refused')
}

/** Reads the global options from within a command's action: `globalOptions(command)`. */
export function globalOptions(command: Command, env: NodeJS.ProcessEnv = process.env): GlobalOptions {
  const { data, json, readonly } = command.optsWithGlobals<{ data?: string; json?: boolean; readonly?: boolean }>()
  return {
    dataDir: resolve(data || env['MOSAIC_DATA_DIR'] || `${repositoryRoot}/.mosaic`),
    json: json === true,
    readonly: readonly === true,
  }
}

/** The same for a command that changes the instance itself, which no gateway watches over. */
export function optionsForChange(command: Command): GlobalOptions {
  const options = globalOptions(command)
  if (!options.readonly) return options
  throw new CliError(`"${command.name()}" changes something.`, {
    exitCode: exitCodes.refused,
    hint: 'Without --readonly.',
  })
}

/**
 * Text as it may go to a person's terminal: of all control sequences our own colours alone. Whoever formats text of
 * others takes those out as well; this is for what somebody forgot.
 */
export const forTerminal = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  text.replaceAll(/(\u001B\[(?:[0-79]|[1-9]\d|10[0-7])m)|\p{Cc}/gu, (found, colour?: string) =>
    colour !== undefined || found === '\n' || found === '\t' ? found : '',
  )

/** Writes to stdout what is no whole line yet. */
export function write(text: string): void {
  process.stdout.write(forTerminal(text))
}

/** Writes one line to stdout. */
export function print(line: string): void {
  write(`${line}\n`)
}

/** Writes one line to stderr: what is said beside the result. */
export function printError(line: string): void {
  process.stderr.write(`${forTerminal(line)}\n`)
}

/** JSON in which also those control characters are escaped that JSON lets through. */
export const jsonText = (value: unknown, indent?: number): string =>
  (JSON.stringify(value, null, indent) ?? 'null').replaceAll(
    /[\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

/** Writes one JSON document to stdout, readable in a terminal and compact in a pipe. */
export function printJson(value: unknown): void {
  print(jsonText(value, process.stdout.isTTY ? 2 : undefined))
}
