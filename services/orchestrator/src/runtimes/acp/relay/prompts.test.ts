import { expect, test } from 'vitest'
import { mostTokens } from '../../worktree/index.ts'
import { Prompts } from './prompts.ts'

const told = (content: unknown) => ({ role: 'user', content })
const asked = (messages: readonly unknown[], more: object = {}) => ({
  model: 'm',
  system: [{ type: 'text', text: 'Be brief.' }],
  tools: [{ name: 'ls' }, { name: 'cat' }],
  messages,
  ...more,
})
const plain = () => new Prompts('messages', (value) => value)
const jsonOf = ({ texts }: { texts: readonly { json: string | null }[] }) => texts.map(({ json }) => json)

test('what was told once is told again by its name alone, and a conversation by where it goes on', () => {
  const prompts = plain()
  const one = prompts.read(asked([told('a')]))
  const first = prompts.tell(one)
  expect(first).toMatchObject({ extends: null, texts: { length: 5 } })
  expect(first.head.length + first.added.length).toBe(5)
  prompts.keep('1', one, 10)
  const two = prompts.read(asked([told('a'), told('b')]))
  const second = prompts.tell(two)
  expect(second).toMatchObject({ head: first.head, extends: { callId: '1', messages: 1 }, added: { length: 1 } })
  expect(jsonOf(second)).toEqual([JSON.stringify(told('b'))])
  prompts.keep('2', two, 20)
  expect(prompts.tell(prompts.read(asked([told('a'), told('c')]))), 'rewritten from there').toMatchObject({
    extends: { callId: '2', messages: 1 },
    added: { length: 1 },
  })
  expect(prompts.tell(prompts.read(asked([told('z')]))), 'rewritten as a whole').toMatchObject({
    extends: null,
    added: { length: 1 },
  })
})

test('where it is to be cached changes nothing of what is said', () => {
  const prompts = plain()
  const marked = (text: string) => told([{ type: 'text', text, cache_control: { type: 'ephemeral' } }])
  const one = prompts.read(asked([marked('a')]))
  prompts.keep('1', one, null)
  const two = prompts.read(asked([told([{ type: 'text', text: 'a' }]), marked('b')]))
  expect(prompts.tell(two)).toMatchObject({ extends: { callId: '1', messages: 1 }, added: { length: 1 } })
})

test('what was counted is bounded by its count as long as all of it is the same, and by its bytes otherwise', () => {
  const prompts = plain()
  const long = told('a'.repeat(10_000))
  const one = prompts.read(asked([long]))
  expect(mostTokens(prompts.sizeOf(one))).toBeGreaterThan(10_000)
  prompts.keep('1', one, 2500)
  const two = asked([long, told('b')])
  expect(mostTokens(prompts.sizeOf(prompts.read(two)))).toBeLessThan(3000)
  const other = { ...two, tools: [...two.tools, { name: 'rm' }] }
  expect(mostTokens(prompts.sizeOf(prompts.read(other))), 'with another tool').toBeGreaterThan(10_000)
  const less = prompts.read(asked([]))
  expect(mostTokens(prompts.sizeOf(less))).toBeLessThan(1000)
})

test('what looks alike once a secret is covered was taken to be as short as it had been', () => {
  const covers = new Prompts(
    'messages',
    <T>(value: T) => JSON.parse(JSON.stringify(value).replace(/key-a+/, '***')) as T,
  )
  const one = covers.read(asked([told('key-a')]))
  covers.keep('1', one, 10)
  const longer = covers.read(asked([told(`key-${'a'.repeat(50_000)}`), told('b')]))
  expect(mostTokens(covers.sizeOf(longer))).toBeGreaterThan(50_000)
  expect(JSON.stringify(covers.tell(longer))).not.toContain('aaaa')
})
