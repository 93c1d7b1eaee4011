import type { AgentSessionEvent, LeftWork, RuntimeCapabilities } from '@mosaic/contracts/agent-session'
import { hasEnded } from '@mosaic/contracts/agent-session'
import { expect, test } from 'vitest'
import {
  answer,
  claimed,
  commands,
  committed,
  completed,
  exited,
  fold,
  invoked,
  paused,
  pausing,
  queued,
  running,
  signalled,
  states,
  waiting,
} from '../../../test/session-histories.ts'
import {
  epoch,
  failed,
  kept,
  killAllId,
  messageId,
  otherId,
  ownerId,
  pushed,
  sessionId,
  spec,
} from '../../../test/session-samples.ts'
import { agentSession, type Command } from './index.ts'

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

test('one that is killed while it begins has its place, and is not started; one that stands still is told its task alone', () => {
  const spawning = states.spawning
  const killing = [
    ...spawning,
    { type: 'AgentKillRequested' as const, data: { sessionId, reason: null, killAllId: null, tree: false } },
  ]
  expect(codeOf(commands.RecordBegun, killing)).toEqual(['AgentSpawned'])
  const begun = { ...commands.RecordBegun, starts: null }
  expect(codeOf(begun, spawning)).toEqual(['AgentSpawned', 'MessageRecorded', 'MessageRecorded'])
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

test('what is left in a worktree is told anew when it changes, and no longer once it is gone', () => {
  const left = states['released, with work left in its worktree']
  const revisited = (leftWork: LeftWork | null): Command => ({ type: 'RecordRevisited', leftWork })
  const other = { code: 'NO_PART_OF_REPOSITORY', message: 'nested/' }
  expect(codeOf(revisited(other), left)).toEqual(['WorktreeRevisited'])
  expect(codeOf(revisited(null), left)).toEqual(['WorktreeRevisited'])
  const gone: AgentSessionEvent[] = [...left, { type: 'WorktreeRevisited', data: { sessionId, leftWork: null } }]
  expect(codeOf(revisited(null), gone)).toEqual([])
  const keptSince: AgentSessionEvent[] = [...left, { type: 'UncommittedWorkKept', data: { sessionId, ...kept } }]
  expect(codeOf(revisited(null), keptSince)).toEqual([])
  expect(codeOf(revisited(other), keptSince)).toEqual(['WorktreeRevisited'])
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
