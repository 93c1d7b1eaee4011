import type { SessionUpdate } from '@agentclientprotocol/sdk'
import { createRedactor, Seam } from '@mosaic/redaction'
import { expect, test } from 'vitest'
import type { LiveSession } from '../../domain/agent-session/index.ts'
import type { Run } from '../worktree/index.ts'
import { Turn } from './turn.ts'

type Fact = {
  readonly type: string
  readonly content?: readonly { readonly text?: string }[]
  readonly output?: string
}

/** @param written Resolves when the log writes. */
function turnOf(written: Promise<void> = Promise.resolve()) {
  const facts: Fact[] = []
  const redactor = createRedactor([])
  const seam = () => new Seam(redactor.text)
  const run = {
    record: async (fact: Fact) => {
      await written
      facts.push(fact)
    },
    seams: { said: seam(), shown: seam(), live: seam() },
    deps: { publishLive: () => undefined },
    journal: { sessionId: 'session' },
    workspaceId: 'workspace',
    checkpoints: { begin: () => undefined },
    redactor,
  } as unknown as Run
  const decide = async () => ({ outcome: { outcome: 'cancelled' as const } })
  const turn = new Turn(run, { turn: 0 } as LiveSession, { decide, changed: () => undefined })
  return { turn, facts }
}

const said = (text: string): SessionUpdate => ({
  sessionUpdate: 'agent_message_chunk',
  content: { type: 'text', text },
})
const never = new Promise<void>(() => undefined)

test('one message of megabytes was looked through for secrets at once, which ended its session', async () => {
  const { turn, facts } = turnOf()
  turn.heard(said('xoxb-'.repeat(400_000)))
  await turn.end('end_turn')
  expect(facts.length).toBeGreaterThanOrEqual(10)
  for (const { content } of facts) expect(content?.[0]?.text?.length ?? 0).toBeLessThanOrEqual(200_001)
}, 60_000)

test('no character is cut in two where a message is', async () => {
  const { turn, facts } = turnOf()
  const text = `x${'😀'.repeat(200_001)}`
  turn.heard(said(text))
  await turn.end('end_turn')
  const texts = facts.flatMap(({ content }) => content?.map(({ text: one }) => one ?? '') ?? [])
  expect(texts.every((one) => one.isWellFormed())).toBe(true)
  expect(texts.join('')).toBe(text)
})

test('what a tool has answered was looked through as a whole, whatever was shown of it', async () => {
  const { turn, facts } = turnOf()
  const text = `begin ${'xoxb-'.repeat(1_800_000)} end`
  const content = [{ type: 'content' as const, content: { type: 'text' as const, text } }]
  turn.heard({ sessionUpdate: 'tool_call', toolCallId: 'a', title: 'a', status: 'completed', content })
  await turn.end('end_turn')
  const output = facts.find(({ type }) => type === 'CompleteTool')?.output ?? ''
  expect(output).toMatch(/^begin [^]*characters left out[^]* end$/)
  expect(output.length).toBeLessThan(61_000)
}, 60_000)

test('a call may have had a name of any length', async () => {
  const { turn } = turnOf()
  turn.heard({ sessionUpdate: 'tool_call', toolCallId: 'a'.repeat(201), title: 'a' })
  await expect(turn.failed).rejects.toThrow('longer than 200 characters')
})

test('calls that waited for the log were counted, and never how much they hold', async () => {
  const { turn } = turnOf(never)
  for (let n = 0; n < 5; n++) {
    turn.heard({
      sessionUpdate: 'tool_call',
      toolCallId: `${n}`,
      title: 'a',
      rawInput: { text: 'x'.repeat(4_000_000) },
    })
  }
  await expect(turn.failed).rejects.toThrow('ahead of what could be written down')
})

test('an agent that said more than is held in one message was never let go of', async () => {
  const { turn } = turnOf(never)
  turn.heard(said('x'.repeat(40_000_000)))
  await expect(turn.failed).rejects.toThrow('ahead of what could be written down')
})

test('an agent that says again and again what a tool answers is held to the last of it', async () => {
  const { turn, facts } = turnOf()
  const content = [{ type: 'content' as const, content: { type: 'text' as const, text: 'x'.repeat(100_000) } }]
  for (let n = 0; n < 500; n++) {
    turn.heard({ sessionUpdate: 'tool_call_update', toolCallId: 'a', status: 'in_progress', content })
  }
  await turn.end('end_turn')
  expect(facts.some(({ type }) => type === 'CompleteTool')).toBe(true)
})
