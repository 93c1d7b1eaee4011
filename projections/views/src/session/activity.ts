import { type AgentSessionEventOf, mayHaveCost, type SessionView } from '@mosaic/contracts/agent-session'
import type { Fact } from '@mosaic/contracts/kernel'
import { previewLine, previewOf } from './preview.ts'
import { addUsage, isModelCall, noUsage } from './usage.ts'

/** The facts of what a session says and does: the bulk of its stream. */
export const activityTypes = [
  'MessageRecorded',
  'AgentProgramStarted',
  'ContextCompacted',
  'ModelAnswerUnheard',
  'ModelTextsRecorded',
  'ModelCallRelayed',
  'ToolInvoked',
  'ToolCompleted',
  'CommitRecorded',
  'NetworkConnectionRecorded',
  'BranchPushed',
  'CheckpointRecorded',
  'CheckpointFailed',
  'CheckpointsRemoved',
  'SecretAllowed',
  'CallJudged',
  'AllowedCallChanged',
  'TerminalControlTaken',
  'TerminalControlReleased',
  'TerminalTyped',
  'QualityCheckRequested',
  'QualityCheckCompleted',
  'QualityGatesSkipped',
  'ReviewSubmitted',
  'OperatorMessageInjected',
] as const

export type ActivityEvent = Fact<AgentSessionEventOf<(typeof activityTypes)[number]>>

/** What a session has said, done and cost so far. */
export type SessionActivity = Pick<
  SessionView,
  | 'turns'
  | 'messages'
  | 'toolCalls'
  | 'usage'
  | 'lastMessage'
  | 'headCommit'
  | 'commits'
  | 'push'
  | 'checkpoint'
  | 'checkpointFailure'
  | 'check'
  | 'gatesSkipped'
>

export const noActivity: SessionActivity = {
  turns: 0,
  messages: 0,
  toolCalls: 0,
  usage: noUsage,
  lastMessage: null,
  headCommit: null,
  commits: 0,
  push: null,
  checkpoint: null,
  checkpointFailure: null,
  check: null,
  gatesSkipped: null,
}

/** What a fact changes. A commit may be the first word of a branch other than the one that the agent was given. */
export function activityOf(
  session: SessionActivity & Pick<SessionView, 'uncommitted'>,
  event: ActivityEvent,
): Partial<SessionActivity & Pick<SessionView, 'branch' | 'uncommitted'>> {
  const { occurredAt: at } = event.metadata
  switch (event.type) {
    case 'MessageRecorded': {
      const { role, content, usage } = event.data
      return {
        messages: session.messages + 1,
        lastMessage: { role, preview: previewOf(content), at },
        turns: session.turns + (role === 'agent' ? 1 : 0),
        usage: isModelCall(event.data) ? addUsage(session.usage, usage) : session.usage,
      }
    }
    case 'ToolInvoked':
      return { toolCalls: session.toolCalls + 1 }
    case 'ContextCompacted':
      return event.data.usage ? { usage: addUsage(session.usage, event.data.usage) } : {}
    case 'ModelAnswerUnheard':
      return { usage: addUsage(session.usage, event.data.usage) }
    case 'ModelCallRelayed':
      return mayHaveCost(event.data.outcome) ? { usage: addUsage(session.usage, event.data.usage) } : {}
    case 'ModelTextsRecorded':
    case 'AgentProgramStarted':
    case 'ToolCompleted':
    case 'CallJudged':
    case 'AllowedCallChanged':
    case 'SecretAllowed':
    case 'TerminalControlTaken':
    case 'TerminalControlReleased':
    case 'TerminalTyped':
    case 'ReviewSubmitted':
    case 'NetworkConnectionRecorded':
      return {}
    case 'CommitRecorded':
      return {
        headCommit: event.data.commit,
        branch: event.data.branch,
        commits: session.commits + 1,
        push: event.data.push,
        // What the files were is on the branch now.
        checkpoint: null,
      }
    case 'CheckpointRecorded': {
      const { sessionId: _, ...checkpoint } = event.data
      return { checkpoint: { ...checkpoint, at }, checkpointFailure: null }
    }
    case 'CheckpointsRemoved':
      return event.data.remaining === 0 ? { checkpoint: null } : {}
    case 'CheckpointFailed': {
      const { code, message } = event.data
      return { checkpointFailure: { code, message } }
    }
    case 'QualityGatesSkipped': {
      const { stage, commit, by } = event.data
      return { gatesSkipped: { stage, commit, by, at } }
    }
    case 'QualityCheckRequested': {
      const { stage, profile, commit } = event.data
      return { check: { stage, profile, commit, approved: null, gates: [], blocked: null, at }, gatesSkipped: null }
    }
    case 'QualityCheckCompleted': {
      const { stage, profile, commit, approved, blocked } = event.data
      const gates = event.data.gates.map(({ name, kind, passed, ran }) => ({ name, kind, passed, ran }))
      return { check: { stage, profile, commit, approved, gates, blocked, at } }
    }
    case 'BranchPushed': {
      const { commit, push } = event.data
      const { uncommitted } = session
      return uncommitted?.commit === commit ? { uncommitted: { ...uncommitted, push } } : { push }
    }
    case 'OperatorMessageInjected':
      return {
        messages: session.messages + 1,
        lastMessage: { role: 'operator', preview: previewLine(event.data.text), at },
      }
  }
}
