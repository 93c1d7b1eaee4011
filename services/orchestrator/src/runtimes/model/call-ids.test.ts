import type { ContentBlock } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import { withOwnIds } from './call-ids.ts'

const use = (id: string): ContentBlock => ({ type: 'tool_use', id, name: 'shell', input: {} })
const idsOf = (content: readonly ContentBlock[]) =>
  content.flatMap((block) => (block.type === 'tool_use' ? [block.id] : []))

test.each([
  ['ids of their own are kept', ['toolu_1', 'toolu_2'], [], ['toolu_1', 'toolu_2']],
  ['one id twice in an answer', ['call_0', 'call_0'], [], ['call_0', 'call-3-1']],
  ['an id of an earlier turn', ['call_0'], ['call_0'], ['call-3-0']],
  ['no id', ['', ''], [], ['call-3-0', 'call-3-1']],
  ['an id that the API does not take', ['a b'], [], ['call-3-0']],
  ['a server that guesses ours', ['call-3-1', 'x y'], ['call-3-0'], ['call-3-1', 'call-3-1-2']],
])('%s', (_, ids, used, expected) => {
  expect(idsOf(withOwnIds(ids.map(use), { turn: 3, used: new Set(used) }))).toEqual(expected)
})
