import type { AgentSessionEvent } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import { lostCalls } from './lost-calls.ts'
import { restoredWords } from './restored-words.ts'

const checkpoint = { ref: 'refs/mosaic/checkpoints/s/4', commit: 'c4', mirror: '/m', files: 1 }
const session = { spec: { parentSessionId: null }, work: { checkpoint } } as unknown as LiveSession

const called = (toolCallId: string, name = 'shell', interrupted = false): Partial<AgentSessionEvent>[] => [
  { type: 'ToolInvoked', data: { toolCallId, name, input: { command: `echo ${toolCallId}` } } as never },
  { type: 'ToolCompleted', data: { toolCallId, name, interrupted } as never },
]
const committed = (commit: string) => [{ type: 'CommitRecorded', data: { commit } as never } as const]
const kept = (commit: string, afterRevision: number) => [
  { type: 'CheckpointRecorded', data: { commit, afterRevision } as never } as const,
]
const log = (...parts: Partial<AgentSessionEvent>[][]) =>
  parts.flat().map((event, revision) => ({ event: event as AgentSessionEvent, revision }))
const namesOf = (facts: ReturnType<typeof log>, head: string, state: 'restored' | 'as-committed' | 'lost') =>
  lostCalls(facts, session, { head, restored: { state } }).map(({ toolCallId }) => toolCallId)

test('lost is what was done to files after the checkpoint that they were made from', () => {
  const facts = log(called('a'), called('b'), kept('c4', 1), called('c'), called('d', 'read_file'))
  expect(namesOf(facts, 'base', 'restored')).toEqual(['b', 'c'])
})

test('a checkpoint that could not be had keeps nothing, and the branch what was committed on it', () => {
  const facts = log(called('a'), committed('one'), called('b'), kept('c4', 4), called('c'))
  expect(namesOf(facts, 'one', 'lost')).toEqual(['b', 'c'])
  expect(namesOf(facts, 'base', 'lost')).toEqual(['a', 'b', 'c'])
})

test('what was marked as interrupted is not said to be lost besides, and nothing is where all is there', () => {
  const facts = log(called('a'), called('b', 'shell', true), committed('two'))
  expect(namesOf(facts, 'base', 'as-committed')).toEqual(['a'])
  expect(namesOf(facts, 'two', 'as-committed')).toEqual([])
})

test('an agent whose worktree was made anew is told by name which calls are undone', () => {
  const calls = lostCalls(log(called('call-7')), session, { head: 'base', restored: { state: 'as-committed' } })
  expect(restoredWords({ state: 'as-committed' }, calls)).toContain('shell call-7 {"command":"echo call-7"}')
  expect(restoredWords({ state: 'as-committed' }, [])).not.toContain('is gone, though')
})
