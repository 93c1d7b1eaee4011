import type { ModelDialect } from '@mosaic/contracts/credential'
import { expect, test } from 'vitest'
import { type Body, spokenIn } from './spoken.ts'

const spoken = (dialect: ModelDialect) => {
  const found = spokenIn(dialect)
  if (!found) throw new Error(dialect)
  return found
}

test.each([
  ['anthropic', '/v1/messages?beta=true', { path: '/v1/messages?beta=true', costs: true }],
  ['anthropic', '/v1/messages/count_tokens', { path: '/v1/messages/count_tokens', costs: false }],
  ['openai', '/v1/chat/completions', { path: '/chat/completions', costs: true }],
  ['openai-responses', '/v1/responses', { path: '/responses', costs: true }],
  [
    'gemini',
    '/v1beta/models/scripted:/a/b.yaml:streamGenerateContent?alt=sse',
    {
      path: '/models/scripted%3A%2Fa%2Fb.yaml:streamGenerateContent?alt=sse',
      model: 'scripted:/a/b.yaml',
      costs: true,
    },
  ],
  ['gemini', '/v1beta/models/m:countTokens', { path: '/models/m:countTokens', model: 'm', costs: false }],
] as const)('%s: %s', (dialect, url, route) => expect(spoken(dialect).route(url)).toEqual(route))

test.each([
  ['anthropic', '/v1/models'],
  ['anthropic', '/v1/messages/batches'],
  ['anthropic', '/v1/messages/../files'],
  ['anthropic', '/v1/responses'],
  ['openai', '/v1/responses'],
  ['openai', '/v1/chat/completions/1'],
  ['openai-responses', '/v1/responses/1/cancel'],
  ['openai-responses', '/v1/files'],
  ['gemini', '/v1beta/models'],
  ['gemini', '/v1beta/models/m:predict'],
  ['gemini', '/v1beta/models/%zz:generateContent'],
  ['gemini', '/v1beta/models/m:generateContent?key=mine'],
] as const)('%s: nothing is to be had at %s', (dialect, url) => expect(spoken(dialect).route(url)).toBeUndefined())

const own = { type: 'function', name: 'ls' }
test.each<[ModelDialect, string, Body]>([
  ['anthropic', 'tools', { tools: [{ name: 'ls' }, { type: 'web_search_20250305', name: 'web_search' }] }],
  ['anthropic', 'mcp_servers', { mcp_servers: [{ url: 'https://x' }] }],
  [
    'anthropic',
    'source',
    { messages: [{ content: [{ type: 'document', source: { type: 'url', url: 'https://x' } }] }] },
  ],
  ['openai', 'n', { n: 2, messages: [] }],
  ['openai', 'service_tier', { service_tier: 'priority' }],
  ['openai', 'messages', { messages: [{ content: [{ type: 'image_url', image_url: { url: 'https://x' } }] }] }],
  ['openai-responses', 'previous_response_id', { previous_response_id: 'r' }],
  ['openai-responses', 'tools', { tools: [own, { type: 'web_search' }] }],
  ['openai-responses', 'tools', { tools: [{ type: 'namespace', tools: [{ type: 'web_search' }] }] }],
  ['openai-responses', 'input', { input: [{ type: 'item_reference', id: 'i' }] }],
  ['gemini', 'cachedContent', { cachedContent: 'c' }],
  ['gemini', 'tools', { tools: [{ googleSearch: {} }] }],
  ['gemini', 'fileData', { contents: [{ parts: [{ fileData: { fileUri: 'https://x' } }] }] }],
  ['gemini', 'generationConfig.candidateCount', { generationConfig: { candidateCount: 4 } }],
])('%s: what %s would cost cannot be told from what is sent', (dialect, field, body) =>
  expect(spoken(dialect).unbounded(body)).toBe(field),
)

test.each<[ModelDialect, Body]>([
  ['anthropic', { max_tokens: 1, tools: [{ name: 'ls' }, { type: 'bash_20250124', name: 'bash' }], mcp_servers: [] }],
  ['openai', { max_tokens: 1, tools: [own], n: 1, messages: [{ content: 'x' }] }],
  ['openai-responses', { max_output_tokens: 1, tools: [own, { type: 'namespace', tools: [own] }], input: 'x' }],
  ['gemini', { generationConfig: { maxOutputTokens: 1 }, tools: [{ functionDeclarations: [] }] }],
])('%s: what an agent sends can be reckoned', (dialect, body) => {
  const { unbounded, longest, withLongest } = spoken(dialect)
  expect(unbounded(body)).toBeUndefined()
  expect(longest(body)).toBe(1)
  expect(longest({})).toBeUndefined()
  expect(longest(withLongest({}, 7))).toBe(7)
})
