import { isAnywhere, isObject, listOf, saidOf } from './bounds.ts'
import type { Body, Spoken } from './spoken.ts'

const paths = /^\/v1beta\/models\/([^?#]{1,500}):(generateContent|streamGenerateContent|countTokens)(\?alt=sse)?$/

const settings = (body: Body): Body => (isObject(body['generationConfig']) ? body['generationConfig'] : {})

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
  unbounded(body) {
    const said = saidOf(body, ['cachedContent'])
    if (said) return said
    if ((settings(body)['candidateCount'] ?? 1) !== 1) return 'generationConfig.candidateCount'
    const isOwn = (tool: unknown) => isObject(tool) && Object.keys(tool).every((key) => key === 'functionDeclarations')
    if (!listOf(body['tools']).every(isOwn)) return 'tools'
    return isAnywhere(body['contents'], ({ fileData }) => fileData !== undefined) ? 'fileData' : undefined
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
