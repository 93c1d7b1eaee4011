import type { SpawnAgentInput } from '@mosaic/contracts/agent-session'
import { budgetPolicy, budgetTermsAsked } from '@mosaic/contracts/budget'
import { type Command, InvalidArgumentError } from 'commander'
import { z } from 'zod'

/** What agents may use and where they may run, of a spawn as of a task. */
export type TermsOptions = {
  skills?: string[]
  network?: NonNullable<SpawnAgentInput['network']>
  labels?: string[]
  budget?: NonNullable<SpawnAgentInput['budget']>
  timeout?: number
}

export const termsOptions = (command: Command): Command =>
  command
    .option('--skills <names>', "of the repository's skills only these, separated by commas", list)
    .option('--network <hosts>', 'none, or the hosts to reach: fewer than the repository grants', reach)
    .option('--labels <labels>', 'what a worker must have to run it, separated by commas', list)
    .option(
      '--budget <limits>',
      'what may be spent: usd=2.50,tokens=200000,seconds=3600, or some of it; policy=stop: it fails then, and does not ask',
      limits,
    )
    .option('--timeout <span>', 'how long an agent may go on (90s, 30m, 2h)', seconds)

/** The same as the gateway takes it. */
export const termsOf = ({ skills, network, labels, budget, timeout }: TermsOptions) => ({
  ...(skills && { skills }),
  ...(network && { network }),
  ...(labels && { labels }),
  ...(budget && { budget }),
  ...(timeout !== undefined && { timeoutSeconds: timeout }),
})

export const list = (text: string): string[] => text.split(',').map((part) => part.trim())

const reach = (text: string) =>
  text === 'none' ? { kind: 'none' as const } : { kind: 'hosts' as const, hosts: list(text) }

const named = { usd: 'usd', tokens: 'tokens', seconds: 'wallSeconds', policy: 'policy' } as const
const part = z.union([
  z.tuple([z.enum(['usd', 'tokens', 'seconds']), z.coerce.number<string>().positive()]),
  z.tuple([z.literal('policy'), budgetPolicy]),
])

function limits(text: string): NonNullable<TermsOptions['budget']> {
  const parts = list(text).map((each) => part.safeParse(each.split('=')))
  const given = parts.flatMap(({ data }) => (data ? [[named[data[0]], data[1]] as const] : []))
  const parsed = budgetTermsAsked.safeParse(Object.fromEntries(given))
  if (parsed.success && given.length === parts.length) return parsed.data
  throw new InvalidArgumentError(
    'Expected usd=2.50,tokens=200000,seconds=3600, or some of it, each more than nothing, and policy=ask or policy=stop.',
  )
}

const secondsOf: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 }

function seconds(text: string): number {
  const [, count, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (unit === undefined) throw new InvalidArgumentError('Expected a span such as 90s, 30m or 2h.')
  return Number(count) * secondsOf[unit]!
}
