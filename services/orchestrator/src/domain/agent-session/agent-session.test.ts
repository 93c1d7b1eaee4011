import type {
  AgentSessionEvent,
  AgentSessionEventType,
  AgentSessionRejection,
  RuntimeCapabilities,
} from '@mosaic/contracts/agent-session'
import { hasEnded, statusAfter } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import { type AgentSession, agentSession, type Command, type CommandOf, type CommandType, type Place } from './index.ts'

const sessionId = '01890000-0000-7000-8000-000000000001'
const messageId = '01890000-0000-7000-8000-000000000002'
const killAllId = '01890000-0000-7000-8000-000000000003'
const ownerId = '01890000-0000-7000-8000-000000000006'
const otherId = '01890000-0000-7000-8000-000000000007'
const epoch = 1

const spec: CommandOf<'SpawnAgent'>['spec'] = {
  sessionId,
  parentSessionId: null,
  predecessor: null,
  missionId: '01890000-0000-7000-8000-000000000004',
  taskId: '01890000-0000-7000-8000-000000000005',
  taskSource: 'internal',
  agentType: 'worker',
  name: 'worker-0001',
  task: 'do it',
  runtime: { kind: 'internal', modelProvider: 'scripted', model: 'scripted:hello', maxTurns: 10 },
  workplace: { kind: 'worktree', repository: '/repository', baseBranch: 'main', sandbox: null },
}
const place: Place = {
  kind: 'worktree',
  sandbox: { kind: 'process', id: '1', guarantees: null },
  worktree: '/w',
  branch: 'b',
  baseCommit: 'c',
}
const sent = { kind: 'process', signal: 'SIGKILL', processes: 1 } as const
const question = { questionId: 'call-1', question: 'Which?', options: [], defaultAnswer: 'a', expiresAt: null }
const call = { toolCallId: 'call-1', turn: 1, name: 'shell', input: {} }
const result = {
  toolCallId: 'call-1',
  turn: 1,
  name: 'shell',
  output: '',
  isError: false,
  durationMs: 1,
  interrupted: false,
}
const said = { messageId, turn: 1, role: 'agent' as const, content: [], usage: null, stopReason: null, model: null }
const deferral = {
  turn: 1,
  reason: 'RATE_LIMITED',
  message: 'm',
  attempts: 1,
  since: '2026-11-28T10:00:00.000Z',
  nextTryAt: '2026-11-28T10:04:00.000Z',
} as const
const compacted = {
  throughTurn: 1,
  how: { kind: 'results-elided' },
  charactersBefore: 2,
  charactersAfter: 1,
  tokensBefore: null,
  tokensAfter: null,
  usage: null,
} as const
const connection = {
  host: 'example.org',
  port: 443,
  outcome: 'refused',
  reason: 'HOST_NOT_ALLOWED',
  count: 1,
  bytesSent: 0,
  bytesReceived: 0,
  durationMs: 0,
} as const
const setUp = { step: 's', cached: false, exitCode: 0, durationMs: 1, output: '' }
const pushed = { state: 'pushed', as: 'b' } as const
const commit = {
  commit: 'c',
  branch: 'b',
  message: 'm',
  files: 1,
  insertions: 1,
  deletions: 0,
  push: pushed,
  merged: null,
}
const failed = { state: 'failed', code: 'PUSH_REJECTED', message: 'no' } as const
const kept = { ref: 'r', commit: 'k', files: 1, insertions: 1, deletions: 0, mirror: '/m', push: failed }
const secret = { file: 'test/key.pem', fingerprint: '0123456789ab' }
const released = { sandboxRemoved: true, worktreeRemoved: true, leftWork: null }
const injected = { sessionId, messageId, text: 'hi', operatorName: 'Ada', questionId: null }

const commands: { [Type in CommandType]: CommandOf<Type> } = {
  SpawnAgent: { type: 'SpawnAgent', spec, ownerId, queued: null },
  InjectMessage: { type: 'InjectMessage', messageId, text: 'hi', operatorName: 'Ada', pauseBeforeSend: false },
  PauseAgent: { type: 'PauseAgent', reason: null },
  ResumeAgent: { type: 'ResumeAgent' },
  RetryModelCall: { type: 'RetryModelCall' },
  AllowSecret: { type: 'AllowSecret', ...secret },
  ContinueAgent: { type: 'ContinueAgent', successorSessionId: otherId },
  NoteMerged: { type: 'NoteMerged', branch: 'b', into: 'main', commit: 'c', changed: true },
  NotePruned: { type: 'NotePruned', refs: ['refs/heads/b'] },
  TerminateAgent: { type: 'TerminateAgent', note: null, tree: false },
  KillAgent: { type: 'KillAgent', reason: null, killAllId, tree: false },
  ClaimSession: { type: 'ClaimSession', ownerId: otherId, after: epoch },
  RecordSpawned: { type: 'RecordSpawned', epoch, place },
  StartSetupStep: { type: 'StartSetupStep', epoch, step: 's', command: 'c' },
  CompleteSetupStep: { type: 'CompleteSetupStep', epoch, ...setUp },
  RecordStarted: { type: 'RecordStarted', epoch, resumed: false },
  RecordMessage: { type: 'RecordMessage', epoch, ...said },
  DeferModelCall: { type: 'DeferModelCall', epoch, ...deferral },
  CompactContext: { type: 'CompactContext', epoch, ...compacted },
  InvokeTool: { type: 'InvokeTool', epoch, ...call },
  CompleteTool: { type: 'CompleteTool', epoch, ...result },
  RecordCommit: { type: 'RecordCommit', epoch, ...commit },
  RecordConnection: { type: 'RecordConnection', epoch, ...connection },
  DeliverMessages: { type: 'DeliverMessages', epoch, turn: 1 },
  AskOperator: { type: 'AskOperator', epoch, ...question },
  TakeAnswer: { type: 'TakeAnswer', epoch, questionId: 'call-1', turn: 1 },
  ExpireQuestion: { type: 'ExpireQuestion', epoch, questionId: 'call-1', answer: 'a' },
  ConfirmPause: { type: 'ConfirmPause', epoch },
  ConfirmResume: { type: 'ConfirmResume', epoch },
  RecordKillSignal: { type: 'RecordKillSignal', epoch, sent },
  RecordKillExit: { type: 'RecordKillExit', epoch },
  RecordKilled: { type: 'RecordKilled', proof: 'kernel', epoch, latencyMs: 5 },
  CompleteAgent: { type: 'CompleteAgent', epoch, outcome: 'finished', summary: 's' },
  FailAgent: { type: 'FailAgent', epoch, code: 'INTERNAL', message: 'm' },
  RecordReleased: { type: 'RecordReleased', epoch, ...released },
  RecordPush: { type: 'RecordPush', commit: 'c', push: pushed },
  RecordKept: { type: 'RecordKept', ...kept },
}

const claimed = (owner: string, at: number): AgentSessionEvent => ({
  type: 'SessionClaimed',
  data: { sessionId, ownerId: owner, epoch: at },
})
const spawned: AgentSessionEvent[] = [{ type: 'AgentSpawnRequested', data: spec }, claimed(ownerId, epoch)]
const spawnedPlace: AgentSessionEvent[] = [...spawned, { type: 'AgentSpawned', data: { sessionId, place } }]
const queued: AgentSessionEvent[] = [
  { type: 'AgentSpawnRequested', data: spec },
  { type: 'AgentQueued', data: { sessionId, live: 3, most: 3 } },
]
const running: AgentSessionEvent[] = [...spawnedPlace, { type: 'AgentStarted', data: { sessionId, resumed: false } }]
const invoked: AgentSessionEvent[] = [...running, { type: 'ToolInvoked', data: { sessionId, ...call } }]
const waiting: AgentSessionEvent[] = [...invoked, { type: 'AgentWaitingForOperator', data: { sessionId, ...question } }]
const deferred: AgentSessionEvent[] = [...running, { type: 'ModelCallDeferred', data: { sessionId, ...deferral } }]
const answer: AgentSessionEvent = { type: 'OperatorMessageInjected', data: { ...injected, questionId: 'call-1' } }
const pausing: AgentSessionEvent[] = [...running, { type: 'AgentPauseRequested', data: { sessionId, reason: null } }]
const paused: AgentSessionEvent[] = [...pausing, { type: 'AgentPaused', data: { sessionId } }]
const killing: AgentSessionEvent[] = [
  ...running,
  { type: 'AgentKillRequested', data: { sessionId, reason: null, killAllId, tree: false } },
]
const signalled: AgentSessionEvent[] = [...killing, { type: 'AgentKillSignalled', data: { sessionId, sent } }]
const exited: AgentSessionEvent[] = [...signalled, { type: 'AgentKillExitObserved', data: { sessionId } }]
const committed: AgentSessionEvent[] = [
  ...running,
  { type: 'CommitRecorded', data: { sessionId, ...commit, push: failed } },
]
const completed: AgentSessionEvent[] = [
  ...running,
  { type: 'AgentCompleted', data: { sessionId, outcome: 'finished', summary: 's' } },
]

const isOver: AgentSessionEvent[] = [...completed, { type: 'AgentResourcesReleased', data: { sessionId, ...released } }]

/** Every state that decides differently, by the history that leads there. */
const states = {
  none: [],
  spawning: spawned,
  'spawning, in its place': spawnedPlace,
  running,
  'running, tool invoked': invoked,
  'running, message pending': [...running, { type: 'OperatorMessageInjected', data: injected }],
  waiting,
  'waiting, answered': [...waiting, answer],
  'waiting for the model': deferred,
  'waiting for the model, not any longer': [...deferred, { type: 'ModelCallRetryRequested', data: { sessionId } }],
  pausing,
  paused,
  resuming: [...paused, { type: 'AgentResumeRequested', data: { sessionId } }],
  terminating: [...running, { type: 'AgentTerminateRequested', data: { sessionId, note: null, tree: false } }],
  killing,
  'killing, signalled': signalled,
  'killing, exited': exited,
  completed,
  failed: [...running, { type: 'AgentFailed', data: { sessionId, code: 'INTERNAL', message: 'm' } }],
  killed: [...exited, { type: 'AgentKilled', data: { sessionId, latencyMs: 5, proof: 'kernel' } }],
  'running, a secret allowed': [...running, { type: 'SecretAllowed', data: { sessionId, ...secret } }],
  'running, with a commit that could not be pushed': committed,
  'completed, its changes kept': [...completed, { type: 'UncommittedWorkKept', data: { sessionId, ...kept } }],
  released: isOver,
  continued: [...isOver, { type: 'AgentContinued', data: { sessionId, successorSessionId: messageId } }],
} as const satisfies Record<string, readonly AgentSessionEvent[]>

type Cell = readonly AgentSessionEventType[] | AgentSessionRejection
type Row = Record<CommandType, Cell>

const refusing = (code: AgentSessionRejection): Row =>
  Object.fromEntries(Object.keys(commands).map((type) => [type, code])) as Row

/** What a running session answers; other rows name where they differ. */
const live: Row = {
  SpawnAgent: 'SESSION_ALREADY_EXISTS',
  InjectMessage: ['OperatorMessageInjected'],
  PauseAgent: ['AgentPauseRequested'],
  ResumeAgent: 'SESSION_NOT_PAUSED',
  RetryModelCall: 'MODEL_NOT_AWAITED',
  AllowSecret: ['SecretAllowed'],
  ContinueAgent: 'SESSION_NOT_OVER',
  NoteMerged: ['WorkMerged'],
  NotePruned: 'SESSION_NOT_OVER',
  TerminateAgent: ['AgentTerminateRequested'],
  KillAgent: ['AgentKillRequested'],
  ClaimSession: ['SessionClaimed'],
  RecordSpawned: 'SESSION_STEP_OUT_OF_ORDER',
  StartSetupStep: 'SESSION_STEP_OUT_OF_ORDER',
  CompleteSetupStep: 'SESSION_STEP_OUT_OF_ORDER',
  RecordStarted: 'SESSION_STEP_OUT_OF_ORDER',
  RecordMessage: ['MessageRecorded'],
  DeferModelCall: ['ModelCallDeferred'],
  CompactContext: ['ContextCompacted'],
  InvokeTool: ['ToolInvoked'],
  CompleteTool: [],
  RecordCommit: ['CommitRecorded'],
  RecordConnection: ['NetworkConnectionRecorded'],
  DeliverMessages: [],
  AskOperator: ['AgentWaitingForOperator'],
  TakeAnswer: [],
  ExpireQuestion: [],
  ConfirmPause: [],
  ConfirmResume: [],
  RecordKillSignal: [],
  RecordKillExit: [],
  RecordKilled: [],
  CompleteAgent: ['AgentCompleted'],
  FailAgent: ['AgentFailed'],
  RecordReleased: [],
  RecordPush: ['BranchPushed'],
  RecordKept: 'SESSION_STEP_OUT_OF_ORDER',
}
const beingKilled: Row = {
  ...live,
  InjectMessage: 'SESSION_BEING_KILLED',
  PauseAgent: 'SESSION_BEING_KILLED',
  ResumeAgent: 'SESSION_BEING_KILLED',
  RetryModelCall: 'SESSION_BEING_KILLED',
  DeferModelCall: 'SESSION_BEING_KILLED',
  CompactContext: 'SESSION_BEING_KILLED',
  TerminateAgent: 'SESSION_BEING_KILLED',
  KillAgent: [],
  StartSetupStep: 'SESSION_BEING_KILLED',
  RecordStarted: 'SESSION_BEING_KILLED',
  InvokeTool: 'SESSION_BEING_KILLED',
  ConfirmPause: 'SESSION_BEING_KILLED',
  ConfirmResume: 'SESSION_BEING_KILLED',
  AskOperator: 'SESSION_BEING_KILLED',
  CompleteAgent: 'SESSION_BEING_KILLED',
  FailAgent: 'SESSION_BEING_KILLED',
}
const ended: Row = {
  ...refusing('SESSION_ENDED'),
  SpawnAgent: 'SESSION_ALREADY_EXISTS',
  ContinueAgent: 'SESSION_NOT_OVER',
  NoteMerged: ['WorkMerged'],
  NotePruned: ['WorkPruned'],
  ClaimSession: ['SessionClaimed'],
  RecordConnection: ['NetworkConnectionRecorded'],
  AllowSecret: ['SecretAllowed'],
  RecordPush: ['BranchPushed'],
  RecordKept: ['UncommittedWorkKept'],
  RecordReleased: ['AgentResourcesReleased'],
}

/** One that has given back what it held as well. */
const over: Row = { ...ended, ClaimSession: 'SESSION_ENDED', RecordConnection: 'SESSION_ENDED', RecordReleased: [] }

const table: Record<keyof typeof states, Row> = {
  none: { ...refusing('SESSION_NOT_FOUND'), SpawnAgent: ['AgentSpawnRequested', 'SessionClaimed'] },
  spawning: {
    ...live,
    RecordSpawned: ['AgentSpawned'],
    StartSetupStep: ['SetupStepStarted'],
    CompleteSetupStep: ['SetupStepCompleted'],
    InvokeTool: 'SESSION_STEP_OUT_OF_ORDER',
  },
  'spawning, in its place': { ...live, RecordStarted: ['AgentStarted'] },
  running: live,
  'running, tool invoked': { ...live, InvokeTool: [], CompleteTool: ['ToolCompleted'] },
  'running, message pending': { ...live, DeliverMessages: ['OperatorMessageDelivered'] },
  waiting: {
    ...live,
    InvokeTool: [],
    CompleteTool: ['ToolCompleted'],
    AskOperator: [],
    ExpireQuestion: ['OperatorQuestionExpired'],
  },
  'waiting, answered': {
    ...live,
    InvokeTool: [],
    CompleteTool: ['ToolCompleted'],
    AskOperator: [],
    TakeAnswer: ['OperatorMessageDelivered'],
  },
  'waiting for the model': {
    ...live,
    RetryModelCall: ['ModelCallRetryRequested'],
    RecordMessage: ['ModelCallResumed', 'MessageRecorded'],
  },
  'waiting for the model, not any longer': {
    ...live,
    RetryModelCall: [],
    RecordMessage: ['ModelCallResumed', 'MessageRecorded'],
  },
  pausing: {
    ...live,
    PauseAgent: 'SESSION_ALREADY_PAUSED',
    ResumeAgent: ['AgentResumeRequested'],
    ConfirmPause: ['AgentPaused'],
  },
  paused: { ...live, PauseAgent: 'SESSION_ALREADY_PAUSED', ResumeAgent: ['AgentResumeRequested'] },
  resuming: { ...live, ResumeAgent: [], ConfirmResume: ['AgentResumed'] },
  terminating: { ...live, TerminateAgent: [] },
  killing: { ...beingKilled, RecordKillSignal: ['AgentKillSignalled'] },
  'killing, signalled': { ...beingKilled, RecordKillExit: ['AgentKillExitObserved'] },
  'killing, exited': { ...beingKilled, RecordKilled: ['AgentDescendantsCleared', 'AgentKilled'] },
  completed: ended,
  failed: ended,
  killed: ended,
  'running, a secret allowed': { ...live, AllowSecret: [] },
  'running, with a commit that could not be pushed': { ...live, RecordCommit: ['BranchPushed'] },
  'completed, its changes kept': { ...ended, RecordKept: [] },
  released: { ...over, ContinueAgent: ['AgentContinued'] },
  continued: { ...over, ContinueAgent: 'SESSION_CONTINUED' },
}

const fold = (events: readonly AgentSessionEvent[]): AgentSession =>
  events.reduce(agentSession.evolve, agentSession.initialState)

const cells = Object.entries(table).flatMap(([state, row]) =>
  Object.entries(row).map(([command, cell]) => ({ state: state as keyof typeof states, command, cell })),
)

test.each(cells)('$state × $command → $cell', ({ state, command, cell }) => {
  const decided = agentSession.decide(commands[command as CommandType] as Command, fold(states[state]))
  const answer = decided.ok ? decided.value.map(({ type }) => type) : decided.error.code
  expect(answer).toEqual(cell)
})

test('the status after every event is the one that readers are told', () => {
  for (const history of Object.values(states)) {
    let expected: AgentSession['status'] = 'none'
    let state = agentSession.initialState
    for (const event of history as readonly AgentSessionEvent[]) {
      state = agentSession.evolve(state, event)
      expected = statusAfter[event.type] ?? expected
      expect(state.status).toBe(expected)
    }
  }
})

test('a message sent with "pause before send" asks for the pause too, once', () => {
  const command: Command = { ...commands.InjectMessage, pauseBeforeSend: true }
  const types = (events: readonly AgentSessionEvent[]) => {
    const decided = agentSession.decide(command, fold(events))
    return decided.ok && decided.value.map(({ type }) => type)
  }
  expect(types(running)).toEqual(['OperatorMessageInjected', 'AgentPauseRequested'])
  expect(types(pausing)).toEqual(['OperatorMessageInjected'])
  expect(types(paused)).toEqual(['OperatorMessageInjected'])
  expect(types(states.resuming)).toEqual(['OperatorMessageInjected', 'AgentPauseRequested'])
})

test('the first message to a waiting agent answers its question, the second does not', () => {
  const questionOf = (events: readonly AgentSessionEvent[]) => {
    const decided = agentSession.decide(commands.InjectMessage, fold(events))
    return decided.ok && decided.value[0]?.type === 'OperatorMessageInjected' && decided.value[0].data.questionId
  }
  expect(questionOf(waiting)).toBe('call-1')
  expect(questionOf([...waiting, answer])).toBeNull()
  expect(questionOf(running)).toBeNull()
})

test('a question stays open over a pause, and its answer is taken after it', () => {
  const resumed = fold([
    ...waiting,
    { type: 'AgentPauseRequested', data: { sessionId, reason: null } },
    { type: 'AgentPaused', data: { sessionId } },
    answer,
    { type: 'AgentResumeRequested', data: { sessionId } },
    { type: 'AgentResumed', data: { sessionId } },
  ])
  expect(resumed.status).toBe('running')
  expect(agentSession.decide(commands.TakeAnswer, resumed)).toMatchObject({
    value: [{ type: 'OperatorMessageDelivered', data: { messageId, questionId: 'call-1' } }],
  })
})

test('a killed session remembers the kill-all that ended it; one that completed does not', () => {
  const killed = fold(states.killed)
  expect(hasEnded(killed.status as 'killed') && 'killAllId' in killed && killed.killAllId).toBe(killAllId)
  expect(fold(completed)).toMatchObject({ killAllId: null })
})

const codeOf = (command: Command, events: readonly AgentSessionEvent[]) => {
  const decided = agentSession.decide(command, fold(events))
  return decided.ok ? decided.value.map(({ type }) => type) : decided.error.code
}
const reports = Object.values(commands).filter((command) => 'epoch' in command)

test.each(reports)('a stale owner’s $type is refused', (report) => {
  for (const history of [invoked, waiting, pausing, exited, completed]) {
    expect(codeOf(report, [...history, claimed(otherId, 2)])).toBe('SESSION_TAKEN_OVER')
  }
})

test('a report on a session that nobody has claimed is refused', () => {
  expect(codeOf(commands.RecordSpawned, [{ type: 'AgentSpawnRequested', data: spec }])).toBe('SESSION_TAKEN_OVER')
})

test('an end that is asked for again is told again where it means those below as well, and goes no step back', () => {
  const kill = { ...commands.KillAgent, tree: true }
  const killingTree = (history: readonly AgentSessionEvent[]) => {
    const decided = agentSession.decide(kill, fold(history))
    return fold([...history, ...(decided.ok ? decided.value : [])])
  }
  expect(codeOf(kill, signalled)).toEqual(['AgentKillRequested'])
  expect(killingTree(signalled)).toMatchObject({ kill: { killAllId, tree: true, step: 'signalled' } })
  expect(agentSession.decide(kill, killingTree(signalled))).toEqual({ ok: true, value: [] })
  const terminating = states.terminating
  expect(codeOf({ ...commands.TerminateAgent, tree: true }, terminating)).toEqual(['AgentTerminateRequested'])
  expect(codeOf(commands.TerminateAgent, terminating)).toEqual([])
})

test('a spawn for which there is no room is queued, and claimed by nobody before its turn comes', () => {
  const command = { ...commands.SpawnAgent, queued: { live: 3, most: 3 } }
  expect(agentSession.decide(command, { status: 'none' })).toEqual({ ok: true, value: queued })
  expect(codeOf(commands.RecordSpawned, queued)).toBe('SESSION_TAKEN_OVER')
  expect(codeOf(commands.KillAgent, queued)).toEqual(['AgentKillRequested'])
  expect(codeOf(commands.TerminateAgent, queued)).toEqual(['AgentTerminateRequested'])
  expect(codeOf({ type: 'ClaimSession', ownerId, after: 0 }, queued)).toEqual(['SessionClaimed'])
})

test('of two who claim a session of the same epoch the second is refused, and who has it already has it', () => {
  const taken = [...running, claimed(otherId, 2)]
  expect(codeOf({ type: 'ClaimSession', ownerId, after: epoch }, taken)).toBe('SESSION_TAKEN_OVER')
  expect(codeOf({ type: 'ClaimSession', ownerId: otherId, after: epoch }, taken)).toEqual([])
  expect(codeOf({ type: 'ClaimSession', ownerId, after: 2 }, taken)).toEqual(['SessionClaimed'])
})

test('a session of the time before claims is claimed as the first epoch', () => {
  const old: AgentSessionEvent[] = running.filter(({ type }) => type !== 'SessionClaimed')
  expect(agentSession.decide({ type: 'ClaimSession', ownerId, after: 0 }, fold(old))).toEqual({
    ok: true,
    value: [claimed(ownerId, 1)],
  })
})

test('a new owner makes its own place and goes on with the tool call that was cut off', () => {
  const taken = [...invoked, claimed(otherId, 2)]
  const by = { epoch: 2 }
  expect(codeOf({ ...commands.RecordSpawned, ...by }, taken)).toEqual(['AgentSpawned'])
  expect(codeOf({ ...commands.InvokeTool, ...by }, taken)).toEqual([])
  expect(codeOf({ ...commands.CompleteTool, ...by }, taken)).toEqual(['ToolCompleted'])
})

test('a push that ended as the last one did is no news, whoever tells of it', () => {
  const again: Command = { type: 'RecordPush', commit: 'c', push: failed }
  expect(codeOf(again, committed)).toEqual([])
  expect(codeOf({ ...again, push: { ...failed, message: 'still no' } }, committed)).toEqual(['BranchPushed'])
  expect(codeOf({ ...again, push: pushed }, [...committed, ...completed.slice(-1)])).toEqual(['BranchPushed'])
})

test('what was kept of a session goes out under its own name', () => {
  const history: AgentSessionEvent[] = [
    ...committed,
    ...completed.slice(-1),
    { type: 'UncommittedWorkKept', data: { sessionId, ...kept } },
    { type: 'BranchPushed', data: { sessionId, commit: 'k', push: { state: 'pushed', as: 'r' } } },
  ]
  expect(fold(history)).toMatchObject({
    work: { head: { commit: 'c', push: failed }, kept: { commit: 'k', push: { state: 'pushed', as: 'r' } } },
  })
})

test('a pause is not confirmed of a session that is being killed', () => {
  const events: AgentSessionEvent[] = [
    ...pausing,
    { type: 'AgentKillRequested', data: { sessionId, reason: null, killAllId, tree: false } },
  ]
  expect(codeOf(commands.ConfirmPause, events)).toBe('SESSION_BEING_KILLED')
})

test('a tool call is not invoked while another is open', () => {
  expect(codeOf({ ...commands.InvokeTool, toolCallId: 'call-2' }, invoked)).toBe('SESSION_STEP_OUT_OF_ORDER')
})

test('a claim whose epoch does not follow the last one holds nobody up', () => {
  const forged = fold([...running, claimed(otherId, 2 ** 31), claimed(otherId, 1)])
  expect(forged).toEqual(fold(running))
  expect(codeOf(commands.InvokeTool, [...running, claimed(otherId, 7)])).toEqual(['ToolInvoked'])
})

const elsewhere = (over: Partial<RuntimeCapabilities>): AgentSessionEvent[] => {
  const capabilities = { pause: 'between-steps', bargeIn: 'at-once', killProof: 'reported', ...over } as const
  const runtime = { kind: 'elsewhere', modelProvider: null, model: null, capabilities }
  const [, ...rest] = running
  return [{ type: 'AgentSpawnRequested', data: { ...spec, runtime, workplace: { kind: 'remote' } } }, ...rest]
}

test('control that the session’s runtime has not is refused, a kill never', () => {
  const unpausable = elsewhere({ pause: 'none' })
  expect(codeOf(commands.PauseAgent, unpausable)).toBe('CONTROL_NOT_SUPPORTED')
  expect(codeOf({ ...commands.InjectMessage, pauseBeforeSend: true }, unpausable)).toBe('CONTROL_NOT_SUPPORTED')
  expect(codeOf(commands.InjectMessage, unpausable)).toEqual(['OperatorMessageInjected'])
  expect(codeOf(commands.InjectMessage, elsewhere({ bargeIn: 'none' }))).toBe('CONTROL_NOT_SUPPORTED')
  expect(codeOf(commands.KillAgent, elsewhere({ pause: 'none', bargeIn: 'none' }))).toEqual(['AgentKillRequested'])
})
