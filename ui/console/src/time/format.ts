import type { UsageTotal } from '@mosaic/contracts/agent-session'

const two = (value: number) => String(value).padStart(2, '0')

/** Milliseconds as `0:07`, `12:34` or `1:02:03`; days as `3d 4h`. */
export function elapsed(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000))
  const hours = Math.floor(seconds / 3600)
  if (hours >= 24) return `${Math.floor(hours / 24)}d ${hours % 24}h`
  const minutes = Math.floor(seconds / 60) % 60
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`
}

/** A duration of work: `8 ms`, `1.4 s`, `2 min 5 s`. */
export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`
  if (milliseconds < 60_000) return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 1 : 0)} s`
  return `${Math.floor(milliseconds / 60_000)} min ${Math.round((milliseconds % 60_000) / 1000)} s`
}

/** How old something is, coarse: `now`, `12 s`, `5 min`, `3 h`, `2 d`. */
export function age(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000)
  if (seconds < 2) return 'now'
  if (seconds < 60) return `${seconds} s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`
  return `${Math.floor(seconds / 86_400)} d`
}

/** `1,234`, `56.7k`, `1.2M`. */
export function count(value: number): string {
  if (value < 10_000) return value.toLocaleString('en-US')
  if (value < 1_000_000) return `${(value / 1000).toFixed(value < 100_000 ? 1 : 0)}k`
  return `${(value / 1_000_000).toFixed(1)}M`
}

/** US dollars: cents with two digits, less with four. */
export const dollars = (value: number): string => `$${value.toFixed(value > 0 && value < 0.1 ? 4 : 2)}`

/** Money, with what is not known said, never shown as nothing. */
export function cost({ costUsd, unpricedCalls }: Pick<UsageTotal, 'costUsd' | 'unpricedCalls'>): string {
  if (unpricedCalls === 0) return dollars(costUsd)
  return costUsd > 0 ? `${dollars(costUsd)} + unknown` : 'unknown'
}

/** The local time of day, `14:03:21`, with milliseconds where a receipt needs them. */
export function timeOfDay(timestamp: string, milliseconds = false): string {
  const at = new Date(timestamp)
  const time = [at.getHours(), at.getMinutes(), at.getSeconds()].map(two).join(':')
  return milliseconds ? `${time}.${String(at.getMilliseconds()).padStart(3, '0')}` : time
}

/** Date and time in the reader's zone, `2026-03-01 14:03:21`. */
export function dateAndTime(timestamp: string): string {
  const at = new Date(timestamp)
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${timeOfDay(timestamp)}`
}
