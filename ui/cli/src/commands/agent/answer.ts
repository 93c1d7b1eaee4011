import { createInterface } from 'node:readline/promises'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { InvalidArgumentError, Option } from 'commander'
import pc from 'picocolors'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { harmless } from '../../format/text.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { findSessionId } from './find-session.ts'
import { readText } from './read-text.ts'

type Question = NonNullable<SessionView['waiting']>

export const registerAnswer: Register = (agent) => {
  agent
    .command('answer <id> [text...]')
    .description('answer what an agent asks; without an answer, show the question ("-" reads standard input)')
    .addOption(new Option('-o, --option <n>', 'the n-th of the options that it offers').argParser(parseOption))
    .action(
      gatewayAction(async (context, given: string, words: string[], { option }: { option?: number }) => {
        const { client, json } = context
        const id = await findSessionId(client, given)
        const { waiting } = await client.call(gatewayRoutes.session, { params: { id } })
        if (!waiting) {
          throw new CliError('It asks nothing.', {
            exitCode: exitCodes.refused,
            hint: `"mosaic agent inject ${given} TEXT" says something to it all the same.`,
          })
        }
        const text = await answerTo(waiting, { option, words, context })
        if (text === undefined) return json ? printJson(waiting) : print(questionText(waiting))
        const answer = await client.call(gatewayRoutes.inject, { params: { id }, body: { text } })
        if (json) printJson(answer)
        else print(`Answered: ${harmless(text)}`)
      }),
    )
}

type Given = { readonly option: number | undefined; readonly words: readonly string[]; readonly context: Context }

/** What is answered; `undefined` where nothing was said and nobody can be asked. */
async function answerTo(question: Question, { option, words, context }: Given): Promise<string | undefined> {
  if (option !== undefined) return optionOf(question, option)
  if (words.length > 0) return readText(words)
  if (context.json || !process.stdin.isTTY) return undefined
  const prompt = createInterface({ input: process.stdin, output: process.stderr })
  try {
    print(questionText(question))
    const typed = (await prompt.question('Answer, or the number of an option: ', { signal: context.signal })).trim()
    if (typed === '') throw new CliError('Nothing was answered.', { exitCode: exitCodes.usage })
    return /^\d+$/.test(typed) && question.options.length > 0 ? optionOf(question, Number(typed)) : typed
  } finally {
    prompt.close()
  }
}

export function optionOf({ options }: Pick<Question, 'options'>, number: number): string {
  const option = options[number - 1]
  if (option !== undefined) return option
  const offered = options.length === 0 ? 'It offers no options.' : `It offers the options 1 to ${options.length}.`
  throw new CliError(offered, { exitCode: exitCodes.usage })
}

export function questionText({ question, options, defaultAnswer, expiresAt }: Question): string {
  const otherwise = defaultAnswer !== null && expiresAt !== null && `Goes on with "${defaultAnswer}" at ${expiresAt}`
  return [
    harmless(question),
    ...options.map((option, at) => `  ${pc.bold(String(at + 1))}  ${harmless(option)}`),
    ...(otherwise ? [pc.dim(harmless(otherwise))] : []),
  ].join('\n')
}

function parseOption(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number > 0) return number
  throw new InvalidArgumentError('An option is a number from 1.')
}
