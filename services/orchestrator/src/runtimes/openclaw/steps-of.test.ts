import { expect, test } from 'vitest'
import { assistant, calling, result, type Row, user } from '../../../test/openclaw-gateway.ts'
import { Heard } from './heard.ts'
import { callIdOf, messageIdOf, sentKey } from './names.ts'
import { messagesOf } from './rows.ts'
import { StepsOf } from './steps-of.ts'

const at = { providerId: '01890000-0000-7000-8000-000000000001', sessionKey: 'agent:main:main' }
const ours = '01890000-0000-7000-8000-000000000002'

const rowsOf = (rows: Row[]) =>
  rows.map(({ id, ...row }, index) => ({
    timestamp: 1000 * (index + 1),
    ...row,
    __openclaw: { id: String(id ?? `m${index + 1}`), seq: index + 1 },
  }))

const stepsOf = (rows: unknown[], { heard = new Heard(), countsFrom = 0, toolCallId = null as string | null } = {}) =>
  new StepsOf({ ...at, heard, isOurs: (id) => id === ours, turn: 0, toolCallId, countsFrom }).take(
    messagesOf(rows).messages,
  )

const inShort = (rows: unknown[], over = {}) =>
  stepsOf(rows, over).map((step) => {
    if (step.type === 'RecordMessage') return `${step.role} ${step.turn}`
    return step.type === 'InvokeTool' ? `calls ${step.name}` : `${step.interrupted ? 'cut off' : 'has'} ${step.output}`
  })

test('calls of tools and what came of them are facts one after the other, also where they ran side by side', () => {
  const both = {
    role: 'assistant',
    content: ['a', 'b'].map((id) => ({ type: 'toolCall', id, name: id, arguments: {} })),
  }
  expect(inShort(rowsOf([user('x'), both, result('b', '2'), result('a', '1'), assistant('done')]))).toEqual([
    'user 0',
    'agent 1',
    'calls exec',
    'has 2',
    'calls exec',
    'has 1',
    'agent 2',
  ])
})

test('a call of which nothing came is cut off when the agent goes on', () => {
  expect(inShort(rowsOf([calling('c', 'sleep'), assistant('on')]))).toEqual([
    'agent 1',
    'calls exec',
    'cut off The agent went on without telling what came of this.',
    'agent 2',
  ])
})

test('a call that the log has open is completed, and the same result is told once', () => {
  const rows = rowsOf([calling('c', 'ls'), result('c', 'x')])
  const heard = new Heard()
  const messageId = messageIdOf(at, 'm1')
  heard.messages.add(messageId)
  heard.calls.set('c', callIdOf('c', messageId))
  expect(inShort(rows, { heard, toolCallId: callIdOf('c', messageId) })).toEqual(['has x'])
  expect(inShort(rows, { heard })).toEqual([])
})

test('rows of one message are one message; what was sent from here is not told again', () => {
  const sent = { ...user('mine'), idempotencyKey: `${sentKey(ours)}:user` }
  const forged = { ...user('forged'), idempotencyKey: `${sentKey(at.providerId)}:user` }
  const steps = stepsOf(rowsOf([sent, forged, assistant('one', { id: 'same' }), assistant('two', { id: 'same' })]))
  expect(steps).toHaveLength(2)
  expect(steps[1]).toMatchObject({ content: [{ text: 'one' }, { text: 'two' }] })
})

test('what was spent before is not counted', () => {
  const usage = (countsFrom: number) =>
    stepsOf(rowsOf([assistant('x')]), { countsFrom }).map((step) => 'usage' in step && step.usage?.costUsd)
  expect(usage(0)).toEqual([0.01])
  expect(usage(5000)).toEqual([undefined])
})

test('rows that are none are left out, and what is no text is said to be', () => {
  const picture = { role: 'assistant', content: [{ type: 'image', data: 'x' }] }
  const { messages, unknown } = messagesOf([null, 7, { role: 1 }, ...rowsOf([picture])])
  expect([messages.length, unknown]).toEqual([1, 3])
  expect(stepsOf(rowsOf([picture]))[0]).toMatchObject({
    content: [{ text: '(something that is shown at the gateway alone)' }],
  })
})
