import {
  type ConversationEntry,
  internalCapabilities,
  type SessionTree,
  type SessionView,
} from '@mosaic/contracts/agent-session'
import { describe, expect, test } from 'vitest'
import { stripVTControlCharacters } from 'node:util'
import { entryText, toolText } from './conversation.ts'
import { sessionDetails, sessionTable, sessionTreeText } from './session.ts'
import { table } from './table.ts'
import { duration, harmless, oneLine, shortIds } from './text.ts'

const now = new Date('2026-01-02T03:10:00Z')
const usage = {
  inputTokens: 10,
  outputTokens: 5,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: 0,
  uncountedCalls: 0,
  unpricedCalls: 0,
}

const session = (over: Partial<SessionView> = {}): SessionView => ({
  sessionId: '0190d1c8-0000-7000-8000-000000000001',
  workspaceId: 'default',
  parentSessionId: null,
  predecessor: null,
  missionId: '0190d1c8-0000-7000-8000-000000000009',
  taskId: '0190d1c8-0000-7000-8000-000000000008',
  taskSource: 'internal',
  agentType: 'worker',
  name: 'Fixer',
  runtime: 'internal',
  agent: null,
  capabilities: internalCapabilities,
  provider: null,
  modelProvider: 'scripted',
  model: 'scripted:hello',
  repository: '/repo',
  baseBranch: 'main',
  task: 'make the failing test pass',
  sandbox: { kind: 'process', id: 'x', guarantees: null },
  worktree: '/w',
  branch: 'agent-1',
  baseCommit: 'a'.repeat(40),
  headCommit: null,
  merged: null,
  notLanded: null,
  pullRequest: null,
  isPruned: false,
  successorSessionId: null,
  commits: 0,
  push: null,
  checkpoint: null,
  checkpointFailure: null,
  quality: null,
  reviews: null,
  budget: null,
  approvals: null,
  approval: null,
  network: null,
  skills: null,
  labels: [],
  externalKey: null,
  timeoutSeconds: null,
  check: null,
  gatesSkipped: null,
  uncommitted: null,
  leftWork: null,
  status: 'running',
  requestedBy: { kind: 'operator', id: 'local', name: 'Ada' },
  pending: null,
  waiting: null,
  modelWait: null,
  attention: null,
  stale: null,
  setup: null,
  queued: null,
  killReceipt: [],
  killProof: null,
  failure: null,
  outcome: null,
  unreadable: null,
  summary: null,
  requestedAt: '2026-01-02T03:04:05.000Z',
  startedAt: '2026-01-02T03:04:06.000Z',
  endedAt: null,
  lastActivityAt: '2026-01-02T03:04:06.000Z',
  turns: 2,
  messages: 3,
  toolCalls: 1,
  usage,
  lastMessage: null,
  revision: 7,
  position: '100',
  ...over,
})
const plain = (text: string) => stripVTControlCharacters(text)

describe('text', () => {
  test('of an agent cannot steer the terminal', () => {
    expect(harmless('a\u001B[2Jb\u001B]0;title\u0007c\rd\te\n')).toBe('d\te\n')
  })
  test('is cut to one line', () => {
    expect([oneLine('a\n  b', 10), oneLine('abcdefghij', 5)]).toEqual(['a b', 'abcd…'])
  })
  test.each([
    [12, '12ms'],
    [59_000, '59s'],
    [200_000, '3m 20s'],
    [7_260_000, '2h 1m'],
  ])('%i ms is %s', (milliseconds, text) => expect(duration(milliseconds)).toBe(text))

  test('ids are shortened to what tells them apart, eight characters at least', () => {
    const ids = [
      '0190d1c8-0000-7000-8000-000000000001',
      '0190d1c8-0000-7000-9000-000000000001',
      'ffffffff-0000-7000-8000-000000000001',
    ]
    expect([...shortIds(ids).values()]).toEqual(['0190d1c8-0000-7000-8', '0190d1c8-0000-7000-9', 'ffffffff'])
  })
})

test('a table has columns and no lines', () => {
  expect(
    plain(
      table(
        ['id', 'n'],
        [
          ['abc', 1],
          ['d', 22],
        ],
      ),
    ),
  ).toBe('id   n\nabc  1\nd    22')
})

test('sessions as a table', () => {
  expect(plain(sessionTable([session({ pending: 'pause' })], now)).split('\n')).toEqual([
    'id        status                                  type    name   agent   model           turns  elapsed  task',
    '0190d1c8  ● running (pause asked for) no sandbox  worker  Fixer  mosaic  scripted:hello  2      5m 55s   make the failing test pass',
  ])
})

test('an agent of another maker is shown by its name, not by what runs it', () => {
  const other = session({ runtime: 'acp', agent: 'claude-code', model: 'claude-sonnet-5-5' })
  expect(plain(sessionTable([other], now))).toMatch(/Fixer +claude-code +claude-sonnet-5-5/)
  expect(plain(sessionDetails(other, now))).toContain('agent       claude-code (runtime acp)')
})

test('one session tells what waits for a person, and that its sandbox is weak', () => {
  const waiting = { questionId: 'q', question: 'Which one?', options: ['a', 'b'], defaultAnswer: null, expiresAt: null }
  const shown = plain(sessionDetails(session({ status: 'waiting', waiting }), now))
  expect(shown).toContain('question    Which one?\n              · a\n              · b')
  expect(shown).toContain('sandbox     no sandbox: plain processes')
  expect(shown).not.toContain('failure')
})

test('a kill without proof stays unconfirmed, with what to do, until the proof comes', () => {
  const killReceipt = [{ step: 'requested' as const, at: '2026-01-02T03:09:50.000Z' }]
  const open = session({ pending: 'kill', killReceipt })
  expect(plain(sessionTable([open], now))).toContain('■ kill unconfirmed')
  expect(plain(sessionDetails(open, now))).toContain('what to do  Something of it may be alive.')
  const soon = new Date('2026-01-02T03:09:52Z')
  expect(plain(sessionTable([open], soon))).toContain('● running (kill asked for)')
  const proved = session({ status: 'killed', killReceipt })
  expect(plain(sessionDetails(proved, now))).not.toContain('unconfirmed')
})

describe('where work is that is not where one looks for it', () => {
  const push = { state: 'failed', code: 'PUSH_REJECTED', message: 'The push was refused: hook declined' } as const
  const ref = 'refs/mosaic/wip/one'
  const kept = { ref, commit: 'c', files: 2, insertions: 3, deletions: 1, mirror: '/m.git' }

  test('a push that was refused says why', () => {
    expect(plain(sessionTable([session({ push })], now))).toContain('● running (not pushed) no sandbox')
    expect(plain(sessionDetails(session({ push }), now))).toContain('not pushed: The push was refused: hook declined')
    const elsewhere = session({ push: { state: 'pushed', as: 'agent-one' } })
    expect(plain(sessionDetails(elsewhere, now))).toContain('pushed as agent-one')
  })

  test('uncommitted work says where it is kept and how to get it, or that it still is in the worktree', () => {
    const uncommitted = { ...kept, push: { state: 'pushed', as: ref } } as const
    expect(plain(sessionTable([session({ uncommitted })], now))).toContain('(changes kept)')
    const shown = plain(sessionDetails(session({ uncommitted }), now))
    expect(shown).toContain(`uncommitted 2 files +3 −1 not committed, kept as ${ref}, pushed`)
    expect(shown).toContain(`to get it: git fetch /repo ${ref} && git cherry-pick --no-commit FETCH_HEAD`)
    const leftWork = { code: 'DISK_FULL', message: 'The disk is full.' }
    expect(plain(sessionDetails(session({ leftWork }), now))).toContain('left in /w, since it could not be kept')
    expect(plain(sessionDetails(session({ leftWork }), now))).toContain('to keep it: mosaic work push')
    expect(plain(sessionTable([session({ leftWork })], now))).toContain('(changes left in its worktree)')
    const nested = { code: 'NO_PART_OF_REPOSITORY', message: 'nested/' }
    expect(plain(sessionDetails(session({ leftWork: nested }), now))).toMatch(/mosaic work prune \S+ --unmerged/)
  })

  test('what was kept and has been pruned was still said to be there', () => {
    const uncommitted = { ...kept, push: { state: 'pushed', as: ref } } as const
    const shown = plain(sessionDetails(session({ uncommitted, isPruned: true }), now))
    expect(shown).toContain('not committed, kept, and taken away since')
    expect(shown).not.toContain('git fetch')
  })
})

test('a tree has branches', () => {
  const node = (id: number, name: string, children: SessionTree[] = []): SessionTree => ({
    ...session({ sessionId: `0190d1c${id}-0000-7000-8000-000000000001`, name, endedAt: '2026-01-02T03:04:06.000Z' }),
    children,
  })
  const tree = [node(1, 'Lead', [node(2, 'Fixer', [node(3, 'Tester')]), node(4, 'Writer')]), node(5, 'Other')]
  expect(
    plain(sessionTreeText(tree, now))
      .replaceAll(/ {2}worker.*/g, '')
      .split('\n'),
  ).toEqual([
    '● running no sandbox  Lead',
    '├─ ● running no sandbox  Fixer',
    '│  └─ ● running no sandbox  Tester',
    '└─ ● running no sandbox  Writer',
    '● running no sandbox  Other',
  ])
})

describe('a conversation', () => {
  const place = {
    sessionId: session().sessionId,
    revision: 1,
    position: '1',
    occurredAt: '2026-01-02T03:04:05.000Z',
    turn: 1,
  }
  const message = { ...place, kind: 'message', messageId: 'm', usage: null, stopReason: null, model: null } as const
  const say = (entry: ConversationEntry) => plain(entryText(entry, 'line'))

  test('tags the operator and says when a message is on its way', () => {
    const operator = { name: 'Ada', deliveredAt: null, deliveredTurn: null }
    const content = [{ type: 'text' as const, text: 'Use main' }]
    expect(say({ ...message, role: 'operator', content, operator })).toBe(
      '[OPERATOR] Ada 03:04:05\nUse main\n(not delivered yet)',
    )
  })
  test('folds the system prompt', () => {
    const content = [{ type: 'text' as const, text: 'one\ntwo' }]
    expect(say({ ...message, role: 'system', content, operator: null })).toBe('— system prompt (2 lines)')
  })
  test('shows a tool call on one line, and the beginning of its output', () => {
    const call = { name: 'shell', input: { command: 'ls' }, output: 'a\nb', isError: false, durationMs: 35 }
    expect(plain(toolText(call, 'line'))).toBe('✓ shell {"command":"ls"} 35ms\n    a b')
    expect(plain(toolText({ ...call, output: null, isError: null, durationMs: null }, 'line'))).toBe(
      '… shell {"command":"ls"}',
    )
  })

  test('tells all of a tool call on request, and steers nothing with it', () => {
    const call = {
      name: 'shell',
      input: { command: 'a\nb', timeout: 5 },
      output: 'one\u001B[2J\ntwo\n',
      isError: true,
      durationMs: 35,
    }
    expect(plain(toolText(call, 'full'))).toBe(
      '✕ shell 35ms\n  command:\n    a\n    b\n  timeout: 5\n  output:\n    one\n    two',
    )
    expect(toolText(call, 'full')).not.toContain('[2J')
  })
  test('words events', () => {
    const notice = { ...place, kind: 'notice', role: 'system', turn: null } as const
    const data = { reason: 'enough' }
    expect(say({ ...notice, eventType: 'AgentKillRequested', data, actorName: 'Ada' })).toBe(
      '— Kill requested by Ada: enough',
    )
  })
})

test('the line of a refused commit ended before the command that allows its secret', () => {
  const output = `SECRET_FOUND: Not committed, since it holds ${'x'.repeat(120)}. A person can allow it: mosaic work allow A 'k.js' cdb38ca1844a`
  const call = { name: 'commit', input: {}, output, isError: true, durationMs: 1 }
  expect(plain(toolText(call, 'line'))).toContain("mosaic work allow A 'k.js' cdb38ca1844a")
  const failed = { ...call, name: 'shell', output: 'not ok '.repeat(100) }
  expect(plain(toolText(failed, 'line')).length).toBeLessThan(200)
})

describe('what can be known of a session', () => {
  const unreadable = { revision: 7, position: '900', reason: 'INVALID_EVENT_DATA: no data' }

  test('a session that cannot be read says since which event, in the list, the tree and by itself', () => {
    const hole = session({ unreadable })
    expect(plain(sessionTable([hole], now))).toContain('cannot be read since event 7')
    expect(plain(sessionTreeText([{ ...hole, children: [] }], now))).toContain('cannot be read since event 7')
    expect(plain(sessionDetails(hole, now))).toContain(
      'cannot be read since event 7 (position 900): INVALID_EVENT_DATA',
    )
  })

  test('a kill that is only reported is not shown as proved, and what control means is said', () => {
    const reported = { pause: 'none', bargeIn: 'none', killProof: 'reported' } as const
    const text = plain(
      sessionDetails(session({ status: 'killed', killProof: 'reported', capabilities: reported }), now),
    )
    expect(text).toContain('killed (as reported)')
    expect(text).toContain('known only from what its runtime reports')
    const live = plain(sessionDetails(session({ capabilities: reported }), now))
    expect(live).toContain('takes no messages')
  })

  test('how a kill would be proved was read as that it had been', () => {
    const rowOf = (status: SessionView['status']) => /^.*kill.*$/m.exec(plain(sessionDetails(session({ status }), now)))
    expect(rowOf('running')?.[0]).toMatch(/^if killed /)
    expect(rowOf('completed')).toBeNull()
    expect(rowOf('killed')?.[0]).toContain('killed')
  })

  test('an agent that was spawned alone named a mission that nobody had begun', () => {
    const alone = plain(sessionDetails(session({}), now, { mission: null }))
    expect(alone).not.toMatch(/^mission/m)
    expect(plain(sessionDetails(session({}), now, { mission: 'm  Greetings' }))).toMatch(/^mission +m {2}Greetings$/m)
  })
})

test('words of an agent that come after a carriage return stood in place of ours', () => {
  expect(oneLine('Asks: is it\rFAKE: ✓ killed', 60)).toBe('Asks: is it FAKE: ✓ killed')
  expect(oneLine('a\u2028b\u200bc\r\nd', 60)).toBe('a b c d')
})

test('an agent that was terminated looked completed', () => {
  const ended = (outcome: 'finished' | 'terminated') => session({ status: 'completed', outcome })
  const listed = plain(sessionTable([ended('terminated'), ended('finished')], new Date('2026-01-02T03:10:00.000Z')))
  expect(listed.split('\n').slice(1)).toEqual([
    expect.stringContaining('□ terminated'),
    expect.stringContaining('✓ completed'),
  ])
})
