import type { ToolCallContent, ToolCallUpdate } from '@agentclientprotocol/sdk'

type Said = Partial<
  Pick<ToolCallUpdate, 'title' | 'name' | 'kind' | 'rawInput' | 'rawOutput' | 'content' | 'locations'>
>

/** What an agent calls its tool; where it has no name, what kind it is. */
export const nameOfTool = ({ name, kind }: Said): string => (name || kind || 'tool').slice(0, 100)

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

function textOf(part: ToolCallContent): string {
  switch (part.type) {
    case 'content':
      return part.content.type === 'text' ? part.content.text : `[${part.content.type}]`
    case 'diff':
      return `${part.path}\n${lines('-', part.oldText ?? '')}${lines('+', part.newText)}`
    default:
      return ''
  }
}

const lines = (mark: string, text: string) =>
  text === ''
    ? ''
    : `${text
        .replace(/\n$/, '')
        .split('\n')
        .map((line) => mark + line)
        .join('\n')}\n`

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
