import { expect, test } from 'vitest'
import { planCompaction } from './compaction-plan.ts'
import { charactersOf, compacted } from '../../journal/compacted.ts'
import type { Told } from '../../journal/transcript.ts'

const big = 'x'.repeat(10_000)
const task: Told = { turn: 0, message: { role: 'user', content: [{ type: 'text', text: 'Do it.' }] } }
const called = (turn: number): Told => ({
  turn,
  message: { role: 'assistant', content: [{ type: 'tool_use', id: `c${turn}`, name: 'shell', input: {} }] },
})
const answered = (turn: number, content = big): Told => ({
  turn,
  message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: `c${turn}`, content, is_error: false }] },
})
const said = (turn: number): Told => ({ turn, message: { role: 'assistant', content: [{ type: 'text', text: big }] } })
const operator = { type: 'text' as const, text: '[OPERATOR Ada]\nMind the gap.' }
const heard = (turn: number): Told => ({ turn, message: { role: 'user', content: [operator] } })

const elide = { kind: 'results-elided' } as const

test('old results are left out, the newest and short ones stay', () => {
  const told = [task, called(1), answered(1), called(2), answered(2, 'ok'), called(3), answered(3)]
  expect(planCompaction(told)).toEqual({ kind: 'elide', throughTurn: 2 })
  const shorter = compacted(told, { throughTurn: 2, how: elide })
  expect(shorter.slice(3)).toEqual(told.slice(3))
  expect(shorter[2]?.message.content).toMatchObject([{ tool_use_id: 'c1', content: expect.stringContaining('10000') }])
})

test('where there are none, the older turns become a summary; the task and what operators said stay', () => {
  const told = [task, said(1), heard(1), said(2), heard(2), said(3), heard(3)]
  expect(planCompaction(told)).toEqual({ kind: 'summarise', throughTurn: 2 })
  const once = compacted(told, { throughTurn: 2, how: { kind: 'summarised', summary: 'First.' } })
  expect(once).toEqual([
    {
      turn: 0,
      message: {
        role: 'user',
        content: [
          { type: 'text', text: 'Do it.' },
          { type: 'text', text: expect.stringContaining('First.') },
          operator,
          operator,
        ],
      },
    },
    said(3),
    heard(3),
  ])
  const twice = compacted(once, { throughTurn: 3, how: { kind: 'summarised', summary: 'Second.' } })
  expect(JSON.stringify(twice)).not.toContain('First.')
  expect(twice).toHaveLength(1)
})

test('the newest result goes last, and then there is nothing more to leave out', () => {
  const told = [task, called(1), answered(1)]
  expect(planCompaction(told)).toEqual({ kind: 'elide', throughTurn: 1 })
  expect(planCompaction(compacted(told, { throughTurn: 1, how: elide }))).toBeUndefined()
})

test('every compaction makes a conversation shorter, until there is none left to make', () => {
  let told: Told[] = [task, ...Array.from({ length: 30 }, (_, at) => [called(at + 1), answered(at + 1)]).flat()]
  told.push(said(31), heard(31))
  let rounds = 0
  for (let plan = planCompaction(told); plan; plan = planCompaction(told)) {
    const how = plan.kind === 'elide' ? elide : ({ kind: 'summarised', summary: 's' } as const)
    const shorter = compacted(told, { throughTurn: plan.throughTurn, how })
    expect(charactersOf(shorter)).toBeLessThan(charactersOf(told))
    told = shorter
    rounds++
  }
  expect(rounds).toBeGreaterThan(2)
  expect(rounds).toBeLessThan(40)
})
