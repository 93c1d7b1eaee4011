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
const file = { fileUri: 'https://x' }
test.each<[ModelDialect, string, Body]>([
  ['anthropic', 'tools', { tools: [{ name: 'ls' }, { type: 'web_search_20250305', name: 'web_search' }] }],
  ['anthropic', 'tools', { tools: [{ type: 'web_fetch_20250910', name: 'web_fetch' }] }],
  ['anthropic', 'mcp_servers', { mcp_servers: [{ url: 'https://x' }] }],
  [
    'anthropic',
    'source',
    { messages: [{ content: [{ type: 'document', source: { type: 'url', url: 'https://x' } }] }] },
  ],
  ['openai', 'web_search_options', { web_search_options: {} }],
  ['openai', 'plugins', { plugins: [{ id: 'web' }] }],
  ['openai', 'messages', { messages: [{ content: [{ type: 'image_url', image_url: { url: 'https://x' } }] }] }],
  ['openai', 'messages', { messages: [{ content: [{ type: 'video_url', video_url: { url: 'https://x' } }] }] }],
  ['openai-responses', 'tools', { tools: [own, { type: 'web_search' }] }],
  ['openai-responses', 'tools', { tools: [{ type: 'mcp', server_url: 'https://x' }] }],
  ['openai-responses', 'tools', { tools: [{ type: 'namespace', tools: [{ type: 'web_search' }] }] }],
  ['openai-responses', 'tools', { tools: [{ type: 'shell', environment: { type: 'container_auto' } }] }],
  ['openai-responses', 'prompt', { prompt: { id: 'p' } }],
  ['openai-responses', 'input', { input: [{ content: [{ type: 'input_file', file_url: 'https://x' }] }] }],
  ['gemini', 'tools', { tools: [{ googleSearch: {} }] }],
  ['gemini', 'tools', { tools: [{ google_search: {} }] }],
  ['gemini', 'tools', { tools: { urlContext: {} } }],
  ['gemini', 'fileData', { contents: [{ parts: [{ fileData: file }] }] }],
  ['gemini', 'fileData', { contents: [{ parts: [{ file_data: file }] }] }],
  ['gemini', 'fileData', { system_instruction: { parts: [{ file_data: file }] } }],
  ['gemini', 'generateContentRequest', { generateContentRequest: { contents: [{ parts: [{ fileData: file }] }] } }],
])('%s: by %s its server would reach what the agent itself may not', (dialect, field, body) =>
  expect(spoken(dialect).elsewhere(body)).toBe(field),
)

test.each<[ModelDialect, string, Body]>([
  ['anthropic', 'container', { container: 'c' }],
  ['openai', 'n', { n: 2, messages: [] }],
  ['openai', 'service_tier', { service_tier: 'priority' }],
  ['openai-responses', 'previous_response_id', { previous_response_id: 'r' }],
  ['openai-responses', 'input', { input: [{ type: 'item_reference', id: 'i' }] }],
  ['gemini', 'cachedContent', { cachedContent: 'c' }],
  ['gemini', 'generationConfig.candidateCount', { generationConfig: { candidateCount: 4 } }],
])('%s: what %s would cost cannot be told from what is sent', (dialect, field, body) =>
  expect(spoken(dialect).unbounded(body)).toBe(field),
)

test.each<[string, Body]>([
  ['cached_content', { cached_content: 'c' }],
  ['generation_config', { generation_config: { candidateCount: 8 } }],
  ['generationConfig.candidate_count', { generationConfig: { candidate_count: 8 } }],
  ['generationConfig.max_output_tokens', { generationConfig: { maxOutputTokens: 1, max_output_tokens: 100_000 } }],
])('gemini: %s does not pass for want of its other spelling', (field, body) =>
  expect(spoken('gemini').unbounded(body)).toBe(field),
)

test('openai: of two longest answers the smaller is not reckoned', () =>
  expect(spoken('openai').unbounded({ max_completion_tokens: 1, max_tokens: 100_000 })).toBe('max_tokens'))

test.each<[string, Body]>([
  ['the request', { cache_control: { type: 'ephemeral', ttl: '1h' } }],
  ['a system prompt', { system: [{ text: 'x', cache_control: { type: 'ephemeral', ttl: '1h' } }] }],
  ['a tool', { tools: [{ name: 'ls', cache_control: { type: 'ephemeral', ttl: '1h' } }] }],
])('anthropic: %s is not kept for an hour at the price of five minutes', (_, body) =>
  expect(spoken('anthropic').unbounded(body)).toBe('cache_control'),
)

test.each<[ModelDialect, Body]>([
  ['anthropic', { max_tokens: 1, tools: [{ name: 'ls' }, { type: 'bash_20250124', name: 'bash' }], mcp_servers: [] }],
  ['anthropic', { max_tokens: 1, system: [{ text: 'x', cache_control: { type: 'ephemeral', ttl: '5m' } }] }],
  ['openai', { max_tokens: 1, tools: [own], n: 1, messages: [{ content: 'x' }] }],
  ['openai-responses', { max_output_tokens: 1, tools: [own, { type: 'namespace', tools: [own] }], input: 'x' }],
  ['gemini', { generationConfig: { maxOutputTokens: 1 }, tools: [{ functionDeclarations: [] }] }],
  ['gemini', { generationConfig: { maxOutputTokens: 1 }, system_instruction: { parts: [{ text: 'x' }] } }],
])('%s: what an agent sends can be reckoned', (dialect, body) => {
  const { elsewhere, unbounded, longest, withLongest } = spoken(dialect)
  expect(elsewhere(body)).toBeUndefined()
  expect(unbounded(body)).toBeUndefined()
  expect(longest(body)).toBe(1)
  expect(longest({})).toBeUndefined()
  expect(longest(withLongest({}, 7))).toBe(7)
})
