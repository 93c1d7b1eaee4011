import type { Dialect } from '../http/dialect.ts'
import { readCompletion } from './pieces.ts'
import { completionRequest } from './request.ts'

/** OpenAI's chat completions, and whoever speaks like them (vLLM, LM Studio, llama.cpp, OpenRouter, Mistral, DeepSeek …). */
export const openaiChat: Dialect = {
  maker: { name: 'OpenAI', url: 'https://api.openai.com/v1' },
  prefix: '/v1',
  alwaysKnowsModels: false,
  headers: (apiKey): Record<string, string> => (apiKey === null ? {} : { authorization: `Bearer ${apiKey}` }),
  question: (request, asked) => ({ path: '/chat/completions', body: completionRequest(request, asked) }),
  lookUp: (model) => ({ path: `/models/${encodeURIComponent(model)}` }),
  reader: readCompletion,
}
