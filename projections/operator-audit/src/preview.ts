import type { ContentBlock } from '@mosaic/contracts/agent-session'
import type { KillScope } from '@mosaic/contracts/fleet'
import type { MosaicEventType, ProjectedEvent } from '@mosaic/postgres'
import { previewLine } from '@mosaic/views'

/** One line of what was said or asked for; empty where the action says it all. */
export function previewOf(event: ProjectedEvent): string {
  return previewLine((previews[event.type] as (data: unknown) => string | null)(event.data) ?? '')
}

type DataOf<Type extends MosaicEventType> = ProjectedEvent<Type>['data']
const nothing = () => null
const scopeName = (scope: KillScope) => (scope.kind === 'model-provider' ? scope.modelProvider : scope.kind)
const count = (items: readonly unknown[], noun: string) => `${items.length} ${noun}${items.length === 1 ? '' : 's'}`

/** A line per type: a new event that has none does not compile. */
const previews: { readonly [Type in MosaicEventType]: (data: DataOf<Type>) => string | null } = {
  AgentSpawnRequested: ({ task }) => task,
  AgentQueued: nothing,
  SessionClaimed: nothing,
  AgentSpawned: ({ place }) => (place.kind === 'worktree' ? place.branch : place.address),
  SetupStepStarted: ({ step }) => step,
  SetupStepCompleted: ({ step }) => step,
  AgentStarted: nothing,
  MessageRecorded: ({ content }) => textOf(content),
  ToolInvoked: ({ name }) => name,
  ToolCompleted: ({ name }) => name,
  CommitRecorded: ({ message }) => message,
  NetworkConnectionRecorded: ({ host }) => host,
  SecretAllowed: ({ file }) => file,
  BranchPushed: ({ push }) => (push.state === 'pushed' ? push.as : push.message),
  ModelCallDeferred: ({ message }) => message,
  ModelCallRetryRequested: nothing,
  ModelCallResumed: nothing,
  ContextCompacted: ({ how }) => how.kind,
  OperatorMessageInjected: ({ text }) => text,
  OperatorMessageDelivered: nothing,
  AgentWaitingForOperator: ({ question }) => question,
  OperatorQuestionExpired: ({ answer }) => answer,
  AgentPauseRequested: ({ reason }) => reason,
  AgentPaused: nothing,
  AgentResumeRequested: nothing,
  AgentResumed: nothing,
  AgentTerminateRequested: ({ note }) => note,
  AgentKillRequested: ({ reason }) => reason,
  AgentKillSignalled: ({ sent }) => (sent.kind === 'process' ? `${sent.processes} processes` : sent.address),
  AgentKillExitObserved: nothing,
  AgentDescendantsCleared: nothing,
  AgentKilled: nothing,
  AgentCompleted: ({ summary }) => summary,
  AgentFailed: ({ message }) => message,
  UncommittedWorkKept: ({ ref }) => ref,
  AgentResourcesReleased: nothing,
  WorkMerged: ({ branch, into }) => `${branch} into ${into}`,
  WorkPruned: ({ refs }) => refs.join(', '),
  AgentContinued: nothing,
  TaskCreated: ({ description }) => description,
  TaskAssigned: nothing,
  TaskCompleted: ({ summary }) => summary,
  TaskFailed: ({ reason }) => reason,
  FleetFrozen: ({ scope, reason }) => `${scopeName(scope)}${reason ? `: ${reason}` : ''}`,
  FleetUnfrozen: ({ reason }) => reason,
  KillAllRequested: ({ scope, sessionIds, reason }) =>
    `${scopeName(scope)}: ${count(sessionIds, 'session')}${reason ? `, ${reason}` : ''}`,
  KillAllCompleted: ({ killed }) => count(killed, 'session'),
  RepositorySettingsApproved: ({ repository, hash }) => `${repository}: ${hash.slice(0, 12)}`,
  WorkspaceCreated: ({ name }) => name,
  OperatorSignedIn: ({ method }) => `by ${method}`,
  OperatorSignedOut: nothing,
  ParkedEventsRetried: ({ projection, streamId }) => (streamId === null ? projection : `${projection}: ${streamId}`),
  ParkedEventSkipped: ({ projection, streamId }) => `${projection}: ${streamId}`,
  CredentialStored: ({ kind, name, host }) => `${kind} ${name} for ${host}`,
  CredentialRemoved: ({ kind, name }) => `${kind} ${name}`,
  MasterKeyRotated: ({ keyId }) => keyId,
  OperatorLayoutSaved: ({ layout }) => count(layout.panels, 'panel'),
}

/** Stand in the same append as a spawn, under the name of who spawned, and are nobody's doing but the orchestrator's. */
const consequences: ReadonlySet<MosaicEventType> = new Set<MosaicEventType>(['SessionClaimed', 'AgentQueued'])

/** Every other type there is: any of them may have an operator as its actor. */
export const auditedTypes = (Object.keys(previews) as MosaicEventType[]).filter((type) => !consequences.has(type))

const textOf = (content: readonly ContentBlock[]) =>
  content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ')
