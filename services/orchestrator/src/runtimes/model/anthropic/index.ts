import type { Dialect } from '../http/dialect.ts'
import { readMessage } from './pieces.ts'
import { messagesRequest } from './request.ts'

/** Anthropic's Messages API, whoever serves it. */
export const anthropic: Dialect = {
  maker: { name: 'Anthropic', url: 'https://api.anthropic.com' },
  prefix: '',
  alwaysKnowsModels: false,
  headers: (apiKey) => ({ 'anthropic-version': '2023-06-01', ...(apiKey !== null && { 'x-api-key': apiKey }) }),
  question: (request, { maximumTokens }) => ({ path: '/v1/messages', body: messagesRequest(request, maximumTokens) }),
  lookUp: (model) => ({ path: `/v1/models/${encodeURIComponent(model)}` }),
  reader: readMessage,
}
