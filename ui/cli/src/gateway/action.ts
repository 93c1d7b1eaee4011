import type { Command } from 'commander'
import { type Client, createClient } from '@mosaic/client'
import { globalOptions, type GlobalOptions, jsonText, printError } from '../cli.ts'
import { findGateway } from './access.ts'
import { explained, RefusedError } from './refusal.ts'

/** What a command that speaks to the gateway works with. */
export type Context = GlobalOptions & { readonly client: Client; readonly signal: AbortSignal }

/** Spawning looks at a repository, which may be far away. */
const usualTimeoutMs = 90_000

/**
 * An action that gets a client of the gateway. With `--json` a refusal is printed on stderr as its problem document;
 * Ctrl-C aborts `signal` once, so that following ends where it is, and a second one ends the process.
 */
export function gatewayAction<Arguments extends unknown[]>(
  run: (context: Context, ...given: Arguments) => Promise<number | void>,
): (...given: [...Arguments, Command]) => Promise<void> {
  return async (...given) => {
    const command = given.at(-1) as Command
    const options = globalOptions(command)
    const interrupted = new AbortController()
    const interrupt = () => interrupted.abort()
    process.once('SIGINT', interrupt)
    try {
      const client = createClient({ ...findGateway(options), timeoutMs: usualTimeoutMs })
      const context = { ...options, client, signal: interrupted.signal }
      const exitCode = await run(context, ...(given.slice(0, -1) as Arguments))
      if (typeof exitCode === 'number') process.exitCode = exitCode
    } catch (thrown) {
      const error = explained(thrown, { isReadonly: options.readonly })
      if (!(error instanceof RefusedError) || !options.json) throw error
      printError(jsonText(error.problem))
      process.exitCode = error.exitCode
    } finally {
      process.off('SIGINT', interrupt)
    }
  }
}
