import { createHmac } from 'node:crypto'
import { posix } from 'node:path'
import type { JudgedCall } from './judge.ts'

/** A call as it is to be made, to the letter. */
export type ExactCall = { readonly tool: string; readonly input: Readonly<Record<string, unknown>> }

const pathFields = ['path', 'file_path', 'filePath', 'notebook_path', 'paths']
const addressFields = ['url', 'uri', 'address']

/** What rules look at of it, whoever's tool it is: fields are known by their names. */
export function judgedOf({ tool, input }: ExactCall, spentUsd: number, worktree: string | undefined): JudgedCall {
  const command = commandOf(input)
  const paths = pathFields.flatMap((field) => textsOf(input[field])).map((path) => insideOf(worktree, path))
  const addresses = [...addressFields.flatMap((field) => textsOf(input[field])), ...addressesIn(command ?? '')]
  return { tool, command, paths: [...new Set(paths)], hosts: [...new Set(addresses.flatMap(hostOf))], spentUsd }
}

function commandOf({ command, cmd }: ExactCall['input']): string | null {
  const texts = textsOf(command ?? cmd)
  return texts.length === 0 ? null : texts.join(' ')
}

const textsOf = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : Array.isArray(value)
      ? value.filter((each): each is string => typeof each === 'string')
      : []

/** Relative to the worktree where it is inside. */
function insideOf(worktree: string | undefined, path: string): string {
  const normal = posix.normalize(path)
  if (worktree === undefined || !posix.isAbsolute(normal)) return normal
  const relative = posix.relative(worktree, normal)
  return relative === '' || relative.startsWith('../') || relative === '..' ? normal : relative
}

const addressesIn = (text: string): string[] => text.slice(0, 20_000).match(/\bhttps?:\/\/[^\s'"`<>]{1,2000}/g) ?? []

function hostOf(address: string): string[] {
  return URL.canParse(address) ? [new URL(address).hostname.toLowerCase()] : []
}

/** So much of a call is shown, in characters. */
const mostShown = 20_000

/** The call for a person to read, not yet redacted. */
export function textOf({ input }: ExactCall): string {
  const { command, ...rest } = input
  if (typeof command === 'string' && Object.keys(rest).length === 0) return command
  return JSON.stringify(input, null, 2)
}

export const shorten = (text: string): { readonly shown: string; readonly isCut: boolean } =>
  text.length <= mostShown ? { shown: text, isCut: false } : { shown: text.slice(0, mostShown), isCut: true }

/** What one of our tools does to a file, as it says it. */
export function diffOf({ input }: ExactCall): string | null {
  const { path, content, old_text: before, new_text: after } = input
  if (typeof path !== 'string') return null
  if (typeof before === 'string' && typeof after === 'string')
    return `${path}\n${marked('-', before)}${marked('+', after)}`
  return typeof content === 'string' ? `${path}\n${marked('+', content)}` : null
}

const marked = (mark: string, text: string) =>
  text === ''
    ? ''
    : `${text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => mark + line)
        .join('\n')}\n`

/** Names the call to the letter. Keyed: whoever reads the log cannot try secrets against it. */
export const digestOf = (key: string, sessionId: string, { tool, input }: ExactCall): string =>
  createHmac('sha256', key)
    .update(`approval\0${sessionId}\0${canonical([tool, input])}`)
    .digest('hex')

/** The same text for the same value, in whatever order its fields were said. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  )
