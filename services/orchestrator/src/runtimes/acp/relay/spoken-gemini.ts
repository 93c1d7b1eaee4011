import { isAnywhere, isObject, saidOf } from './bounds.ts'
import type { Body, Spoken } from './spoken.ts'

const paths = /^\/v1beta\/models\/([^?#]{1,500}):(generateContent|streamGenerateContent|countTokens)(\?alt=sse)?$/

const settings = (body: Body): Body => (isObject(body['generationConfig']) ? body['generationConfig'] : {})

/** Its server takes each name in snake case as well; of these nothing is reckoned. */
const harmless: ReadonlySet<string> = new Set(['system_instruction', 'tool_config', 'safety_settings'])
const isSnake = (name: string) => name.includes('_') && !harmless.has(name)

const isOwnTool = (tool: unknown) => isObject(tool) && Object.keys(tool).every((key) => key === 'functionDeclarations')
const isElsewhere = (part: Body) => (part['fileData'] ?? part['file_data'] ?? undefined) !== undefined

/** Gemini's generateContent: which model is asked is said by the address. */
export const gemini: Spoken = {
  route(url) {
    const [, name, method, query = ''] = paths.exec(url) ?? []
    const model = name === undefined ? undefined : decoded(name)
    if (model === undefined) return undefined
    const path = `/models/${encodeURIComponent(model)}:${method}${query}`
    return { path, model, costs: method !== 'countTokens' }
  },
  conversation: 'contents',
  longest: (body) => settings(body)['maxOutputTokens'] ?? undefined,
  withLongest: (body, tokens) => ({ ...body, generationConfig: { ...settings(body), maxOutputTokens: tokens } }),
  elsewhere(body) {
    // What is counted may be a whole request within this one.
    const said = saidOf(body, ['generateContentRequest', 'generate_content_request'])
    if (said) return said
    // One alone need not be in a list.
    if (![body['tools'] ?? []].flat().every(isOwnTool)) return 'tools'
    const spoken = [body['contents'], body['systemInstruction'], body['system_instruction']]
    return isAnywhere(spoken, isElsewhere) ? 'fileData' : undefined
  },
  unbounded(body) {
    const said = saidOf(body, ['cachedContent']) ?? Object.keys(body).find(isSnake)
    if (said) return said
    const setting = Object.keys(settings(body)).find(isSnake)
    if (setting) return `generationConfig.${setting}`
    return (settings(body)['candidateCount'] ?? 1) === 1 ? undefined : 'generationConfig.candidateCount'
  },
  error: (code, message) => ({ error: { code, message, status: statuses[code] ?? 'INTERNAL' } }),
}

function decoded(name: string): string | undefined {
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined
  }
}

const statuses: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  402: 'FAILED_PRECONDITION',
  404: 'NOT_FOUND',
  405: 'INVALID_ARGUMENT',
  413: 'INVALID_ARGUMENT',
  503: 'UNAVAILABLE',
}
