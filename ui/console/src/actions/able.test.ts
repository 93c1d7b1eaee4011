import { expect, test } from 'vitest'
import { ableTo, type Steered } from './able.ts'

const everything = { pause: 'freezes', bargeIn: 'before-next-model-call' } as const
const running: Steered = { status: 'running', pending: null, unreadable: null }
const what = (session: Partial<Steered>, capabilities: Parameters<typeof ableTo>[1] = everything) => {
  const { whyMute: _, ...able } = ableTo({ ...running, ...session }, capabilities)
  return Object.entries(able).flatMap(([name, can]) => (can ? [name] : []))
}

test('what can be done follows from how a session is', () => {
  expect(what({})).toEqual(['end', 'pause', 'speak'])
  expect(what({ status: 'paused' })).toEqual(['end', 'resume', 'speak'])
  expect(what({ pending: 'pause' })).toEqual(['end', 'speak'])
  expect(what({ pending: 'kill' })).toEqual([])
  expect(what({ status: 'killed' })).toEqual(['takeUp'])
})

test('and from what runs it: what that cannot do is not offered, and the box that is missing says why', () => {
  expect(what({}, { pause: 'none', bargeIn: 'none' })).toEqual(['end'])
  expect(ableTo(running, { pause: 'none', bargeIn: 'none' }).whyMute).toContain('takes no messages')
  expect(ableTo(running, everything).whyMute).toBeNull()
})

test('a session that cannot be read was offered steps that are refused: now only its end', () => {
  const unreadable = { revision: 7, position: '900', reason: 'no data' }
  expect(what({ unreadable })).toEqual(['end'])
  expect(ableTo({ ...running, unreadable }, everything).whyMute).toContain('cannot be read since event 7')
})
