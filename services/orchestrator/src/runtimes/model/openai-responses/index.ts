import type { Dialect } from '../http/dialect.ts'
import { openaiChat } from '../openai-chat/index.ts'
import { readResponse } from './pieces.ts'
import { responseRequest } from './request.ts'

/** OpenAI's responses: what its newer models are asked by. */
export const openaiResponses: Dialect = {
  ...openaiChat,
  question: (request, asked) => ({ path: '/responses', body: responseRequest(request, asked) }),
  reader: readResponse,
}
