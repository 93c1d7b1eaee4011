import { text } from 'node:stream/consumers'
import { CliError, exitCodes } from '../../cli.ts'

/** Words from the command line, or standard input where there are none. */
export async function readText(words: readonly string[]): Promise<string> {
  if (words.length > 0 && words.join(' ') !== '-') return words.join(' ')
  if (process.stdin.isTTY && words.length === 0)
    throw new CliError('What should be said?', {
      exitCode: exitCodes.usage,
      hint: 'Give it as an argument or pipe it in.',
    })
  return (await text(process.stdin)).replace(/\n$/, '')
}
