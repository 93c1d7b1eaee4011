import { systemClock } from '@mosaic/contracts/kernel'
import { InvalidArgumentError, Option } from 'commander'

export type SpanOptions = { readonly since?: string; readonly until?: string }

const form = 'a moment (2026-01-31, 2026-01-31T09:30, …Z) or how long ago (90s, 30m, 2h, 3d)'

export const sinceOption = () => new Option('--since <moment>', `from ${form}`).argParser(momentOf)
export const untilOption = () =>
  new Option('--until <moment>', 'to such a moment, which is not in it').argParser(momentOf)

const unitMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** The moment that a person means, ISO 8601 in UTC. Without a zone it is in theirs. */
export function momentOf(text: string, _previous?: unknown, now: Date = systemClock.now()): string {
  const [, amount, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? []
  if (amount && unit) return new Date(now.getTime() - Number(amount) * unitMs[unit]!).toISOString()
  // A date alone would be read as UTC, and only then.
  const moment = new Date(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00` : text)
  if (!/^\d{4}-\d{2}-\d{2}/.test(text) || Number.isNaN(moment.getTime())) {
    throw new InvalidArgumentError(`expected ${form}`)
  }
  return moment.toISOString()
}
