import type { AgentSessionEventOf, AgentSessionEventType, ConversationEntry } from '@mosaic/contracts/agent-session'
import { agentSessionEvents } from '@mosaic/contracts/agent-session'
import type { RecordedEvent } from '@mosaic/contracts/kernel'
import type { LiveFrame } from '@mosaic/contracts/messaging'
import { describe, expect, test } from 'vitest'
import { type Conversation, emptyConversation, oldestRevision } from './conversation.ts'
import { addEvent, addLive, addPage, trim } from './merge.ts'

const sessionId = '01900000-0000-7000-8000-000000000001'
const messageId = '01900000-0000-7000-8000-00000000000a'
const otherId = '01900000-0000-7000-8000-00000000000b'
const key = `message:${messageId}`

type Data<Type extends AgentSessionEventType> = Omit<AgentSessionEventOf<Type>['data'], 'sessionId'>

/** An event as it comes over the wire; its second is its revision. */
const eventOf = <Type extends AgentSessionEventType>(
  revision: number,
  type: Type,
  data: Data<Type>,
): RecordedEvent => ({
  id: `event-${revision}`,
  type,
  streamId: `agentSession-${sessionId}`,
  revision,
  position: String(1000 + revision),
  data: { sessionId, ...data },
  metadata: {
    $correlationId: 'correlation',
    $causationId: 'causation',
    commandId: 'command',
    workspaceId: 'default',
    actor: { kind: 'system', id: 'orchestrator' },
    occurredAt: new Date(Date.UTC(2026, 0, 1, 0, 0, revision)).toISOString(),
    schemaVersion: agentSessionEvents[type].version,
    instanceId: 'instance',
  },
})

const delta = (offset: number, text: string, block = 0): LiveFrame => ({
  sessionId,
  messageId,
  kind: 'delta',
  block,
  blockType: 'text',
  toolName: null,
  offset,
  text,
})
const started = (id = messageId): LiveFrame => ({ sessionId, messageId: id, kind: 'started', turn: 1 })
const recorded = (revision: number, text: string, id = messageId, role: 'agent' | 'operator' = 'agent') =>
  eventOf(revision, 'MessageRecorded', {
    messageId: id,
    turn: 1,
    role,
    content: [{ type: 'text', text }],
    usage: null,
    stopReason: null,
    model: null,
  })
const injected = (revision: number, id: string) =>
  eventOf(revision, 'OperatorMessageInjected', { messageId: id, text: 'stop', operatorName: 'Ada', questionId: null })
const invoked = (revision: number) =>
  eventOf(revision, 'ToolInvoked', { toolCallId: 't1', turn: 1, name: 'shell', input: { command: 'ls' } })
const completed = (revision: number) =>
  eventOf(revision, 'ToolCompleted', {
    toolCallId: 't1',
    turn: 1,
    name: 'shell',
    output: 'README.md',
    isError: false,
    durationMs: 12,
    interrupted: false,
  })

function conversationOf(...steps: ((conversation: Conversation) => void)[]): Conversation {
  const conversation = emptyConversation()
  for (const step of steps) step(conversation)
  return conversation
}
const event = (of: ReturnType<typeof eventOf>) => (conversation: Conversation) => addEvent(conversation, of)
const live = (frame: LiveFrame) => (conversation: Conversation) => addLive(conversation, frame)
const draftText = ({ entries }: Conversation) => {
  const entry = entries[key]
  return entry?.kind === 'draft' ? entry.blocks.map(({ text }) => text) : null
}

describe('what is being said', () => {
  test('grows word by word', () => {
    expect(draftText(conversationOf(live(started()), live(delta(0, 'Look')), live(delta(4, 'ing'))))).toEqual([
      'Looking',
    ])
  })

  test('becomes the recorded message at its place, under the same key', () => {
    const conversation = conversationOf(live(delta(0, 'Lookin')), event(recorded(3, 'Looking around.')))
    expect(conversation.order).toEqual([key])
    expect(conversation.entries[key]).toMatchObject({ kind: 'message', content: [{ text: 'Looking around.' }] })
  })

  test('that comes after its message was recorded is too late', () => {
    const conversation = conversationOf(event(recorded(3, 'Looking.')), live(started()), live(delta(0, 'Look')))
    expect(conversation.entries[key]).toMatchObject({ kind: 'message' })
    expect(conversation.order).toEqual([key])
  })

  test('joined late says that its beginning is missing; an overlap is not said twice', () => {
    expect(draftText(conversationOf(live(delta(10, 'around'))))).toEqual(['… around'])
    expect(draftText(conversationOf(live(delta(0, 'Look')), live(delta(2, 'oking'))))).toEqual(['Looking'])
  })

  test('stands below what is in the log', () => {
    const conversation = conversationOf(live(delta(0, 'Look')), event(injected(5, otherId)))
    expect(conversation.order).toEqual([`message:${otherId}`, key])
  })

  test('is dropped when it was aborted, when the agent ended, and when another began', () => {
    expect(conversationOf(live(started()), live({ sessionId, messageId, kind: 'aborted' })).order).toEqual([])
    const killed = conversationOf(live(started()), event(eventOf(4, 'AgentKilled', { proof: 'kernel', latencyMs: 1 })))
    expect(killed.order).toEqual(['notice:4'])
    expect(conversationOf(live(started()), live(started(otherId))).order).toEqual([`message:${otherId}`])
  })
})

describe('events', () => {
  test('a tool call is completed where it stands, and twice is once', () => {
    const conversation = conversationOf(
      event(invoked(1)),
      event(recorded(2, 'Hm.')),
      event(completed(3)),
      event(completed(3)),
    )
    expect(conversation.order).toEqual(['tool:1', key])
    expect(conversation.entries['tool:1']).toMatchObject({ output: 'README.md', durationMs: 12, isError: false })
  })

  test("an operator's message says when it was delivered, and is not shown again as the model's input", () => {
    const conversation = conversationOf(
      event(injected(1, messageId)),
      event(eventOf(2, 'OperatorMessageDelivered', { messageId, turn: 7, questionId: null })),
      event(recorded(3, '[OPERATOR Ada] stop', messageId, 'operator')),
    )
    expect(conversation.order).toEqual([key])
    expect(conversation.entries[key]).toMatchObject({ operator: { name: 'Ada', deliveredTurn: 7 } })
  })

  test('a call that reuses an id is another call, and the newest is the one that is completed', () => {
    const conversation = conversationOf(event(invoked(1)), event(completed(2)), event(invoked(3)), event(completed(4)))
    expect(conversation.order).toEqual(['tool:1', 'tool:3'])
    expect(conversation.entries['tool:3']).toMatchObject({ completedAt: '2026-01-01T00:00:04.000Z' })
  })

  test('a completion without a beginning is a notice, unless its beginning may be among the older entries', () => {
    expect(conversationOf(event(completed(1))).order).toEqual(['notice:1'])
    const withOlder = (conversation: Conversation) => addPage(conversation, { items: [], hasMore: true })
    expect(conversationOf(withOlder, event(completed(1))).order).toEqual([])
  })

  test('of a type that this page does not know are passed over', () => {
    const unknown = { ...eventOf(1, 'AgentPaused', {}), type: 'AgentTeleported' }
    expect(conversationOf(event(unknown), event(invoked(2)))).toMatchObject({ order: ['tool:2'], revision: 2 })
  })
})

describe('pages of the read model', () => {
  const page = (revisions: readonly number[]): ConversationEntry[] =>
    revisions.map((revision) => ({
      sessionId,
      revision,
      position: String(1000 + revision),
      occurredAt: '2026-01-01T00:00:00.000Z',
      turn: null,
      kind: 'notice',
      role: 'system',
      eventType: 'AgentPaused',
      data: {},
      actorName: null,
    }))

  test('older entries go above, once', () => {
    const conversation = conversationOf(
      (draft) => addPage(draft, { items: page([5, 6]), hasMore: true }),
      (draft) => addPage(draft, { items: page([3, 4, 5]), hasMore: false }),
    )
    expect(conversation.order).toEqual(['notice:3', 'notice:4', 'notice:5', 'notice:6'])
    expect(conversation).toMatchObject({ revision: 6, hasOlder: false })
    expect(oldestRevision(conversation)).toBe(3)
  })

  test('a page that lags does not undo what an event completed', () => {
    const open = { ...page([1])[0]!, kind: 'tool', role: 'tool', toolCallId: 't1', name: 'shell', input: {} } as const
    const unfinished = { ...open, output: null, isError: null, durationMs: null, completedAt: null }
    const conversation = conversationOf(event(invoked(1)), event(completed(2)), (draft) =>
      addPage(draft, { items: [unfinished], hasMore: false }),
    )
    expect(conversation.entries['tool:1']).toMatchObject({ output: 'README.md' })
  })

  test('the oldest are forgotten when there are too many', () => {
    const conversation = conversationOf((draft) => addPage(draft, { items: page([1, 2, 3]), hasMore: false }))
    trim(conversation, 2)
    expect(conversation.order).toEqual(['notice:2', 'notice:3'])
    expect(Object.keys(conversation.entries)).toEqual(['notice:2', 'notice:3'])
    expect(conversation.hasOlder).toBe(true)
  })

  test('to forget one moved all others with each that came: they are forgotten together', () => {
    const conversation = emptyConversation()
    const lengths = Array.from({ length: 30 }, (_, revision) => {
      addEvent(conversation, eventOf(revision + 1, 'AgentPauseRequested', { reason: null }))
      trim(conversation, 10)
      return conversation.order.length
    })
    expect(lengths.slice(9, 14)).toEqual([10, 11, 10, 11, 10])
    expect(Math.max(...lengths)).toBe(11)
  })
})
