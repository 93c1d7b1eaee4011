import { createInterface } from 'node:readline/promises'

/** Whether a person may be asked: one sits at both ends. */
export const canAsk = (): boolean => process.stdin.isTTY === true && process.stderr.isTTY === true

/** A question on stderr, so that what goes to stdout is the answer alone. */
export async function ask(question: string, signal?: AbortSignal): Promise<string> {
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return (await prompt.question(question, { ...(signal && { signal }) })).trim()
  } finally {
    prompt.close()
  }
}

/** Nothing but a clear yes is one. */
export const agrees = async (question: string, signal: AbortSignal): Promise<boolean> =>
  /^y(?:es)?$/i.test(await ask(`${question} [y/N] `, signal))
