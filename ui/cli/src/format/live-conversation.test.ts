import type { StreamFrame } from '@mosaic/contracts/http'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { createLiveConversation } from './live-conversation.ts'

const sessionId = '0190d1c8-0000-7000-8000-000000000001'
const messageId = '0190d1c8-0000-7000-8000-000000000002'

const event = (type: string, data: object, revision = 1): StreamFrame => ({
  type: 'event',
  event: {
    id: 'e',
    type,
    streamId: `agentSession-${sessionId}`,
    revision,
    position: '1',
    data: { sessionId, ...data },
    metadata: {
      $correlationId: 'c',
      $causationId: 'c',
      commandId: 'c',
      workspaceId: 'default',
      actor: { kind: 'agent', id: sessionId },
      occurredAt: '2026-01-02T03:04:05.000Z',
      schemaVersion: 1,
      instanceId: 'i',
    },
  },
})
const message = (text: string, id = messageId) =>
  event('MessageRecorded', {
    messageId: id,
    turn: 1,
    role: 'agent',
    content: [{ type: 'text', text }],
    usage: null,
    stopReason: null,
    model: null,
  })
const delta = (text: string, offset: number): StreamFrame => ({
  type: 'live',
  frame: { kind: 'delta', sessionId, messageId, block: 0, blockType: 'text', toolName: null, offset, text },
})

function shown(frames: readonly StreamFrame[], wordByWord = true): string {
  let text = ''
  const show = createLiveConversation((more) => (text += more), { wordByWord })
  for (const frame of frames) show(frame)
  return stripVTControlCharacters(text).replaceAll(/\d\d:\d\d:\d\d/g, 'TIME')
}

describe('word by word', () => {
  test('a message is written as it is said, once', () => {
    expect(shown([delta('Hel', 0), delta('lo', 3), message('Hello')])).toBe('agent TIME\nHello\n')
  })
  test('what was lost on the way comes with the message', () => {
    expect(shown([delta('Hel', 0), delta('there', 6), message('Hello there')])).toBe('agent TIME\nHello there\n')
  })
  test('a message that was joined in the middle comes as a whole', () => {
    expect(shown([delta('lo', 3), message('Hello')])).toBe('agent TIME\nHello\n')
  })
  test('an event that comes in between starts a line of its own', () => {
    const paused = event('AgentPaused', {})
    expect(shown([delta('Hel', 0), paused, message('Hello')])).toBe('agent TIME\nHel\n— Paused\nagent TIME\nHello\n')
  })
})

test('in a pipe there are whole messages alone', () => {
  expect(shown([delta('Hel', 0), message('Hello')], false)).toBe('agent TIME\nHello\n')
})

test('a tool call is told when it is over, with what it was given', () => {
  const invoked = event('ToolInvoked', { toolCallId: 't', turn: 1, name: 'shell', input: { command: 'ls' } })
  const result = {
    toolCallId: 't',
    turn: 1,
    name: 'shell',
    output: 'x',
    isError: true,
    durationMs: 5,
    interrupted: false,
  }
  expect(shown([invoked, event('ToolCompleted', result)])).toBe('✕ shell {"command":"ls"} 5ms\n    x\n')
})
