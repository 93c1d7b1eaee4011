import type { Diff, Plan, PlanEntry, ToolCallContent, ToolCallUpdate } from '@agentclientprotocol/sdk'
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'
import { shorten } from '../../tools/index.ts'

type Said = Partial<
  Pick<ToolCallUpdate, 'title' | 'name' | 'kind' | 'rawInput' | 'rawOutput' | 'content' | 'locations'>
>

/** What one tool has answered, in characters: more of it is left out. */
export const mostShown = 60_000
/** So long the texts of one call are compared, all of them together, in milliseconds. */
const comparedMs = 200
/** Longer texts are not compared, in characters: they are taken apart before the time for it is looked at. */
const mostCompared = 1_000_000

/** As agents know the server of our tools: some put it before a tool's name. */
export const toolServer = 'mosaic'
const ours = new RegExp(`^(?:mcp__${toolServer}__|${toolServer}_)(\\w+)$`)

/** What an agent calls its tool, a tool of ours as we do; where it has no name, what kind it is. */
export function nameOfTool({ name, title, kind }: Said): string {
  const own = ours.exec(name ?? '') ?? ours.exec(title ?? '')
  return (own?.[1] || name || kind || 'tool').slice(0, 100)
}

/** What it says the tool is given. */
export function inputOf({ title, rawInput, locations }: Said): Record<string, unknown> {
  const given = isRecord(rawInput) ? rawInput : rawInput === undefined || rawInput === null ? {} : { input: rawInput }
  const paths = locations?.map(({ path }) => path)
  return { ...(title && { title }), ...(paths && paths.length > 0 && { paths }), ...given }
}

/** What it says came of it. */
export function outputOf({ content, rawOutput }: Said): string {
  const texts = textsOf(content ?? []).filter((text) => text !== '')
  if (texts.length > 0) return texts.join('\n')
  if (rawOutput === undefined || rawOutput === null) return ''
  return typeof rawOutput === 'string' ? rawOutput : JSON.stringify(rawOutput)
}

export function textsOf(content: readonly ToolCallContent[]): string[] {
  const room = { until: performance.now() + comparedMs, most: Math.ceil(mostShown / content.length) }
  return content.map((part) => textOf(part, room))
}

/** `until`: compared no longer; `most`: so much is told of each text that is not, in characters. */
type Room = { readonly until: number; readonly most: number }

function textOf(part: ToolCallContent, room: Room): string {
  switch (part.type) {
    case 'content':
      return part.content.type === 'text' ? part.content.text : `[${part.content.type}]`
    case 'diff':
      return diffOf(part, room)
    default:
      return ''
  }
}

/** As others write it. Whose comparison takes too long is told as it was and as it is. */
function diffOf({ path, oldText, newText }: Diff, { until, most }: Room): string {
  const before = oldText ?? ''
  const timeout = until - performance.now()
  const how = { context: 3, timeout, headerOptions: FILE_HEADERS_ONLY }
  const isCompared = timeout > 0 && before.length + newText.length <= mostCompared
  const patch = isCompared ? createTwoFilesPatch(path, path, before, newText, undefined, undefined, how) : undefined
  return (
    patch ??
    `--- ${path}\n+++ ${path}\n${marked('-', shorten(before, most).text)}${marked('+', shorten(newText, most).text)}`
  )
}

const marked = (mark: string, text: string) =>
  text === '' ? '' : text.replace(/\n$/, '').replaceAll(/^/gm, mark) + '\n'

const marks: Readonly<Record<PlanEntry['status'], string>> = { completed: '✓', in_progress: '▸', pending: '○' }

/** What it plans, a line for each step. */
export const planOf = ({ entries }: Plan): string =>
  entries.map(({ content, status }) => `${marks[status] ?? '○'} ${content}`).join('\n')

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
