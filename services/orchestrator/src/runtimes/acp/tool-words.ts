import type { Diff, Plan, PlanEntry, ToolCallContent, ToolCallUpdate } from '@agentclientprotocol/sdk'
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from 'diff'

type Said = Partial<
  Pick<ToolCallUpdate, 'title' | 'name' | 'kind' | 'rawInput' | 'rawOutput' | 'content' | 'locations'>
>

/** So long two texts are compared, in milliseconds. */
const comparedMs = 200

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
  const texts = content?.map(textOf).filter((text) => text !== '') ?? []
  if (texts.length > 0) return texts.join('\n')
  if (rawOutput === undefined || rawOutput === null) return ''
  return typeof rawOutput === 'string' ? rawOutput : JSON.stringify(rawOutput)
}

export function textOf(part: ToolCallContent): string {
  switch (part.type) {
    case 'content':
      return part.content.type === 'text' ? part.content.text : `[${part.content.type}]`
    case 'diff':
      return diffOf(part)
    default:
      return ''
  }
}

/** As others write it. Whose comparison takes too long is told as it was and as it is. */
function diffOf({ path, oldText, newText }: Diff): string {
  const how = { context: 3, timeout: comparedMs, headerOptions: FILE_HEADERS_ONLY }
  const patch = createTwoFilesPatch(path, path, oldText ?? '', newText, undefined, undefined, how)
  return patch ?? `--- ${path}\n+++ ${path}\n${marked('-', oldText ?? '')}${marked('+', newText)}`
}

const marked = (mark: string, text: string) =>
  text === '' ? '' : text.replace(/\n$/, '').replaceAll(/^/gm, mark) + '\n'

const marks: Readonly<Record<PlanEntry['status'], string>> = { completed: '✓', in_progress: '▸', pending: '○' }

/** What it plans, a line for each step. */
export const planOf = ({ entries }: Plan): string =>
  entries.map(({ content, status }) => `${marks[status] ?? '○'} ${content}`).join('\n')

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
