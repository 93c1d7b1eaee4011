import type { Dialect } from '../http/dialect.ts'
import { readContent } from './pieces.ts'
import { contentRequest } from './request.ts'

/** Gemini's generateContent, streamed. */
export const gemini: Dialect = {
  maker: { name: 'Gemini', url: 'https://generativelanguage.googleapis.com/v1beta' },
  prefix: '/v1beta',
  alwaysKnowsModels: false,
  headers: (apiKey): Record<string, string> => (apiKey === null ? {} : { 'x-goog-api-key': apiKey }),
  question: (request, asked) => ({
    path: `${pathOf(request.model)}:streamGenerateContent?alt=sse`,
    body: contentRequest(request, asked),
  }),
  lookUp: (model) => ({ path: pathOf(model) }),
  reader: readContent,
}

/** Lists of models give names that begin with the collection. */
const pathOf = (model: string) => `/models/${encodeURIComponent(model.replace(/^models\//, ''))}`
