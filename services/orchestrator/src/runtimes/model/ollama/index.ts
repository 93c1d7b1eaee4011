import type { Dialect } from '../http/dialect.ts'
import { readChat } from './pieces.ts'
import { chatRequest } from './request.ts'

/** Ollama's own API. */
export const ollama: Dialect = {
  maker: { name: 'Ollama', url: 'http://127.0.0.1:11434' },
  prefix: '',
  alwaysKnowsModels: true,
  headers: (apiKey): Record<string, string> => (apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
  question: (request, asked) => ({ path: '/api/chat', body: chatRequest(request, asked) }),
  lookUp: (model) => ({ path: '/api/show', body: { model } }),
  reader: readChat,
}
