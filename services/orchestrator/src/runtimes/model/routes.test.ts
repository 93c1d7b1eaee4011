import { expect, test } from 'vitest'
import { modelsNamed } from './routes.ts'

const routes = [
  { name: 'careful', models: ['anthropic:opus', 'openai:gpt'], agentTypes: ['reviewer' as const] },
  { name: 'cheap', models: ['home:qwen'], agentTypes: [] },
]

test.each([
  ['a name', 'home:qwen3:8b', 'worker', ['home:qwen3:8b']],
  ['several, with room between them, one of them twice', 'a:m, b:n,a:m,', 'worker', ['a:m', 'b:n']],
  ['a route', 'careful', 'worker', ['anthropic:opus', 'openai:gpt']],
  ['nothing, for a type that has a route', undefined, 'reviewer', ['anthropic:opus', 'openai:gpt']],
  ['nothing, for a type that has none', undefined, 'worker', [undefined]],
  ['a name, for a type that has a route', 'b:n', 'reviewer', ['b:n']],
] as const)('%s', (_, asked, agentType, meant) => {
  expect(modelsNamed(asked, agentType, routes)).toEqual(meant)
})
