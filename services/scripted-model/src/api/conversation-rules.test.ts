import { expect, test } from 'vitest'
import { brokenRule } from './conversation-rules.ts'
import type { RequestMessage } from './request.ts'

const user = (...content: RequestMessage['content'] & object): RequestMessage => ({ role: 'user', content })
const assistant = (...content: RequestMessage['content'] & object): RequestMessage => ({ role: 'assistant', content })
const text = { type: 'text' as const, text: 'x' }
const use = (id: string) => ({ type: 'tool_use' as const, id, name: 't', input: {} })
const result = (id: string) => ({ type: 'tool_result' as const, tool_use_id: id, content: 'ok' })

test.each([
  ['keeps them', [user(text), assistant(text, use('a'), use('b')), user(result('b'), result('a'), text)], undefined],
  [
    'takes results in two messages',
    [user(text), assistant(use('a'), use('b')), user(result('a')), user(result('b'))],
    undefined,
  ],
  ['starts with the model', [assistant(text), user(text)], 'first message must use the "user" role'],
  ['ends with the model', [user(text), assistant(text)], 'does not support assistant message prefill'],
  [
    'leaves a call open',
    [user(text), assistant(use('a'), use('b')), user(result('a'))],
    'without `tool_result` blocks immediately after: b.',
  ],
  [
    'answers what was not asked',
    [user(text), assistant(text), user(result('a'))],
    'unexpected `tool_use_id` found in `tool_result` blocks: a.',
  ],
  ['answers twice', [user(text), assistant(use('a')), user(result('a'), result('a'))], 'must have a single result'],
  [
    'uses an id twice',
    [user(text), assistant(use('a')), user(result('a')), assistant(use('a')), user(result('a'))],
    'ids must be unique',
  ],
  [
    'puts text before a result',
    [user(text), assistant(use('a')), user(text, result('a'))],
    'must come before all other content',
  ],
  ['calls as the user', [user(use('a'))], 'can only be in assistant messages'],
] as const)('a conversation that %s', (_what, messages, expected) => {
  const broken = brokenRule({ model: 'm', messages: [...messages] })
  if (expected === undefined) expect(broken).toBeUndefined()
  else expect(broken).toContain(expected)
})
