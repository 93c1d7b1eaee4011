import { type KillStep, type SessionView, statusAfter, type Usage } from '@mosaic/contracts/agent-session'
import { previewOf } from '../conversation/preview.ts'
import type { SessionFact } from './session-fact.ts'

type Changes = Partial<SessionView>

const add = (a: Usage, b: Usage | null): Usage =>
  b === null
    ? a
    : {
        inputTokens: a.inputTokens + b.inputTokens,
        outputTokens: a.outputTokens + b.outputTokens,
        cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
        cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
        costUsd: a.costUsd + b.costUsd,
      }

/**
 * What a fact changes about a session, so that the page shows it at once and not only when the read model has it.
 * The read model remains the authority: on load and after a gap its answer replaces this.
 */
export function sessionChanges(view: SessionView, fact: SessionFact): Changes {
  const { occurredAt } = fact.metadata
  const status = statusAfter[fact.type]
  return {
    revision: fact.revision,
    position: fact.position,
    lastActivityAt: occurredAt,
    ...(status && { status }),
    ...(status && status !== 'waiting' && view.waiting && { waiting: null }),
    ...detail(view, fact, occurredAt),
  }
}

function detail(view: SessionView, fact: SessionFact, at: string): Changes {
  const receipt = (step: KillStep): Changes => ({ killReceipt: [...view.killReceipt, { step, at }] })
  switch (fact.type) {
    case 'AgentSpawned': {
      const { place } = fact.data
      if (place.kind === 'remote') return {}
      const { sandbox, worktree, branch, baseCommit } = place
      return { sandbox, worktree, branch, baseCommit }
    }
    case 'AgentStarted':
      return { startedAt: view.startedAt ?? at }
    case 'MessageRecorded':
      return {
        messages: view.messages + 1,
        turns: view.turns + (fact.data.role === 'agent' ? 1 : 0),
        usage: add(view.usage, fact.data.usage),
        lastMessage: { role: fact.data.role, preview: previewOf(fact.data.content), at },
      }
    case 'ToolInvoked':
      return { toolCalls: view.toolCalls + 1 }
    case 'CommitRecorded':
      return { commits: view.commits + 1, headCommit: fact.data.commit }
    case 'OperatorMessageInjected':
      return {
        messages: view.messages + 1,
        lastMessage: { role: 'operator', preview: fact.data.text.slice(0, 200), at },
      }
    case 'AgentWaitingForOperator': {
      const { sessionId: _, ...waiting } = fact.data
      return { waiting }
    }
    case 'AgentPauseRequested':
      return { pending: 'pause' }
    case 'AgentResumeRequested':
      return { pending: 'resume' }
    case 'AgentTerminateRequested':
      return { pending: 'terminate' }
    case 'AgentPaused':
    case 'AgentResumed':
      return { pending: null }
    case 'AgentKillRequested':
      return { pending: 'kill', ...receipt('requested') }
    case 'AgentKillSignalled':
      return receipt('signalled')
    case 'AgentKillExitObserved':
      return receipt('exit-observed')
    case 'AgentDescendantsCleared':
      return receipt('descendants-cleared')
    case 'AgentResourcesReleased':
      return view.killReceipt.length > 0 ? receipt('resources-released') : {}
    case 'AgentKilled':
      return { pending: null, endedAt: at, killProof: fact.data.proof }
    case 'AgentCompleted':
      return { pending: null, endedAt: at, summary: fact.data.summary }
    case 'AgentFailed':
      return { pending: null, endedAt: at, failure: { code: fact.data.code, message: fact.data.message } }
    case 'AgentSpawnRequested':
    case 'SessionClaimed':
    case 'ToolCompleted':
    case 'OperatorMessageDelivered':
    case 'OperatorQuestionExpired':
      return {}
  }
}
