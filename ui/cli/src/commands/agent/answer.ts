import { hasEnded, type SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { Option } from 'commander'
import pc from 'picocolors'
import { ask, canAsk } from '../../ask.ts'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { harmless } from '../../format/text.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'
import { wholeFrom } from '../../numbers.ts'
import { findSessionId } from './find-session.ts'
import { readText } from './read-text.ts'

type Question = NonNullable<SessionView['waiting']>

export const registerAnswer: Register = (agent) => {
  agent
    .command('answer <id> [text...]')
    .description('answer what an agent asks; without an answer, show the question ("-" reads standard input)')
    .addOption(new Option('-o, --option <n>', 'the n-th of the options that it offers').argParser(wholeFrom(1)))
    .action(
      gatewayAction(async (context, given: string, words: string[], { option }: { option?: number }) => {
        const { client, json } = context
        if (option !== undefined && words.length > 0) {
          const message = 'An option and a text are two answers: give one of them.'
          throw new CliError(message, { exitCode: exitCodes.usage })
        }
        const id = await findSessionId(client, given)
        const { waiting, status } = await client.call(gatewayRoutes.session, { params: { id } })
        if (!waiting) throw asksNothing(given, status)
        const text = await answerTo(waiting, { option, words, context })
        if (text === undefined) return json ? printJson(waiting) : print(questionText(waiting))
        const answer = await client.call(gatewayRoutes.inject, { params: { id }, body: { text } })
        if (json) printJson(answer)
        else print(`Answered: ${harmless(text)}`)
      }),
    )
}

export function asksNothing(id: string, status: SessionView['status']): CliError {
  const exitCode = exitCodes.refused
  if (hasEnded(status)) {
    return new CliError('It has ended, and asks nothing.', {
      exitCode,
      hint: `"mosaic agent continue ${id} TEXT" goes on where it stopped.`,
    })
  }
  const hint = `"mosaic agent inject ${id} TEXT" says something to it all the same.`
  return new CliError('It asks nothing.', { exitCode, hint })
}

type Given = { readonly option: number | undefined; readonly words: readonly string[]; readonly context: Context }

/** What is answered; `undefined` where nothing was said and nobody can be asked. */
async function answerTo(question: Question, { option, words, context }: Given): Promise<string | undefined> {
  if (option !== undefined) return optionOf(question, option)
  if (words.length > 0) return readText(words)
  if (context.json || !canAsk()) return undefined
  print(questionText(question))
  const typed = await ask('Answer, or the number of an option: ', context.signal)
  if (typed === '') throw new CliError('Nothing was answered.', { exitCode: exitCodes.usage })
  return /^\d+$/.test(typed) && question.options.length > 0 ? optionOf(question, Number(typed)) : typed
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
