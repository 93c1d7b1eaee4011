import type { ContentBlock } from '@mosaic/contracts/agent-session'
import type { BudgetLimits, BudgetScope } from '@mosaic/contracts/budget'
import { scopeName } from '@mosaic/contracts/fleet'
import type { MosaicEventType, ProjectedEvent } from '@mosaic/postgres'
import { previewLine } from '@mosaic/views'

/** One line of what was said or asked for; empty where the action says it all. */
export function previewOf(event: ProjectedEvent): string {
  return previewLine((previews[event.type] as (data: unknown) => string | null)(event.data) ?? '')
}

type DataOf<Type extends MosaicEventType> = ProjectedEvent<Type>['data']
const nothing = () => null
const budgetName = ({ kind, id }: BudgetScope) => `${kind} ${id}`
/** Cents, and what is less than one where there is any. */
const dollars = (usd: number) => `$${Number.isInteger(Number((usd * 100).toFixed(4))) ? usd.toFixed(2) : usd}`
const limitWords = ({ usd, tokens, wallSeconds }: BudgetLimits) =>
  [usd !== null && dollars(usd), tokens !== null && `${tokens} tokens`, wallSeconds !== null && `${wallSeconds} s`]
    .filter(Boolean)
    .join(', ')
/** Of several limits those that are higher now. */
function budgetWords({ limits, raisedFrom }: DataOf<'BudgetSet'>): string {
  if (raisedFrom === null) return limitWords(limits)
  const { usd, tokens, wallSeconds } = limits
  const changed = (from: BudgetLimits, of: BudgetLimits): BudgetLimits => ({
    usd: from.usd === usd ? null : of.usd,
    tokens: from.tokens === tokens ? null : of.tokens,
    wallSeconds: from.wallSeconds === wallSeconds ? null : of.wallSeconds,
  })
  const [was, is] = [changed(raisedFrom, raisedFrom), changed(raisedFrom, limits)]
  return `raised from ${limitWords(was)} to ${limitWords(is)}`
}
const count = (items: readonly unknown[], noun: string) => `${items.length} ${noun}${items.length === 1 ? '' : 's'}`

/** A line per type: a new event that has none does not compile. */
const previews: { readonly [Type in MosaicEventType]: (data: DataOf<Type>) => string | null } = {
  AgentSpawnRequested: ({ task, runtime }) =>
    'agent' in runtime && runtime.agent ? `${runtime.agent}: ${task}` : task,
  AgentAdopted: ({ provider }) => `${provider.name}: ${provider.sessionKey}`,
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
  QualityCheckRequested: ({ commit }) => commit,
  QualityCheckCompleted: ({ commit, approved }) => `${commit}: ${approved ? 'approved' : 'rejected'}`,
  QualityGatesSkipped: ({ stage, commit, by, taskId }) =>
    `${stage} of ${commit.slice(0, 12)}: ${by === 'instance' ? 'YOLO_MODE of the environment' : 'said of this agent'}${taskId === null ? '' : `, task ${taskId}`}`,
  ReviewSubmitted: ({ verdict, confidence }) => `${verdict}, confidence ${confidence}`,
  BranchPushed: ({ push }) => (push.state === 'pushed' ? push.as : push.message),
  ModelCallDeferred: ({ message }) => message,
  ModelCallRetryRequested: nothing,
  TerminalControlTaken: ({ from }) => from && `from ${from.operatorName}`,
  TerminalControlReleased: nothing,
  TerminalTyped: ({ text, characters }) => text ?? `${characters} characters that were not shown`,
  ModelCallResumed: nothing,
  ModelChanged: ({ message }) => message,
  ModelAnswerUnheard: nothing,
  AgentProgramStarted: ({ how, reason }) => reason ?? how,
  ModelTextsRecorded: nothing,
  ModelCallRelayed: ({ model, outcome }) => `${model}: ${outcome}`,
  ContextCompacted: ({ how }) => how.kind,
  OperatorMessageInjected: ({ text }) => text,
  OperatorMessageDelivered: nothing,
  AgentWaitingForOperator: ({ question }) => question,
  OperatorQuestionExpired: ({ answer }) => answer,
  ApprovalRequested: ({ tool, shown }) => `${tool}: ${shown}`,
  ApprovalDecided: ({ decision, scope, note }) =>
    `${decision}${scope === 'session' ? ' for the session' : ''}${note === null ? '' : `: ${note}`}`,
  ApprovalApplied: nothing,
  ApprovalWithdrawn: ({ reason }) => reason,
  CallJudged: ({ decision, tool }) => `${decision}: ${tool}`,
  AllowedCallChanged: ({ tool, shown }) => `${tool}: ${shown}`,
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
  AgentFoundStuck: ({ message }) => message,
  AgentGotOn: nothing,
  AgentContactLost: ({ message }) => message,
  AgentContactRestored: nothing,
  CheckpointRecorded: ({ ref }) => ref,
  CheckpointFailed: ({ message }) => message,
  CheckpointsRemoved: nothing,
  UncommittedWorkKept: ({ ref }) => ref,
  KeptWorkCommitted: ({ ref }) => ref,
  KeptWorkDiscarded: ({ ref }) => ref,
  AgentResourcesReleased: nothing,
  WorktreeRevisited: ({ leftWork }) => leftWork?.message ?? null,
  WorkMerged: ({ branch, into }) => `${branch} into ${into}`,
  WorkLanded: ({ branch, into }) => `${branch} on ${into}`,
  LandingConflicted: ({ files }) => files.join(', '),
  LandingRejected: ({ message }) => message,
  WorkProposed: ({ number, url }) => `#${number} ${url}`,
  ProposalChecked: ({ number, checks }) => `#${number} ${checks.state}`,
  ProposalReturned: ({ message }) => message,
  ProposalEnded: ({ number, outcome }) => `#${number} ${outcome}`,
  WorkPruned: ({ refs }) => refs.join(', '),
  AgentContinued: nothing,
  AgentProviderAdded: ({ name, kind, address }) => `${name}: ${kind} at ${address}`,
  AgentProviderChanged: ({ name, address, from }) =>
    from.address === address ? `${from.name} is ${name} now` : `${name}: ${from.address} is ${address} now`,
  AgentProviderCredentialReplaced: ({ name, host, hasToken }) => `${name} for ${host}${hasToken ? '' : ': none'}`,
  AgentProviderActivated: ({ name }) => name,
  AgentProviderDeactivated: ({ name }) => name,
  AgentProviderRemoved: ({ name }) => name,
  AgentProviderLost: ({ name, message }) => `${name}: ${message}`,
  AgentProviderReached: ({ name, version }) => (version === null ? name : `${name}: ${version}`),
  TaskCreated: ({ instructions }) => instructions,
  TaskReprioritised: ({ priority }) => `priority ${priority}`,
  TaskHeld: ({ message }) => message,
  TaskDispatched: nothing,
  TaskDispatchFailed: ({ message }) => message,
  TaskAssigned: nothing,
  TaskStarted: nothing,
  TaskAttemptEnded: ({ summary }) => summary,
  TaskRetryScheduled: ({ reason }) => reason,
  TaskAttemptChosen: nothing,
  TaskCompleted: ({ summary }) => summary,
  TaskFailed: ({ reason }) => reason,
  TaskCancelled: ({ reason }) => reason,
  TaskReopened: nothing,
  MissionCreated: ({ title }) => title,
  MissionPaused: ({ reason }) => reason,
  MissionResumed: nothing,
  MissionCancelled: ({ reason }) => reason,
  MissionEnded: ({ outcome }) => outcome,
  QueuePaused: ({ reason }) => reason,
  QueueResumed: nothing,
  BudgetSet: (data) => `${budgetName(data.scope)}: ${budgetWords(data)}`,
  BudgetReserved: ({ scope }) => budgetName(scope),
  BudgetSettled: ({ scope }) => budgetName(scope),
  BudgetWarned: ({ scope }) => budgetName(scope),
  BudgetExhausted: ({ scope }) => budgetName(scope),
  BudgetRemoved: ({ scope }) => budgetName(scope),
  LandingRequested: ({ branch, into }) => `${branch} on ${into}`,
  LandingBatchStarted: ({ landingIds }) => count(landingIds, 'branch'),
  LandingBatchStacked: ({ stack }) => stack.commit,
  LandingBatchChecked: ({ approved }) => (approved ? 'approved' : 'rejected'),
  LandingGatesSkipped: ({ commit, by, into }) =>
    `${into}, ${commit.slice(0, 12)}: ${by === 'instance' ? 'YOLO_MODE of the environment' : 'said of all agents whose work it is'}`,
  LandingBatchHeld: ({ ref }) => ref,
  LandingBatchLanded: ({ into, commit }) => `${into}: ${commit}`,
  LandingBatchAbandoned: ({ reason }) => reason,
  LandingPutBack: ({ behind }) => behind.join(', '),
  LandingQueueHalted: ({ message }) => message,
  LandingQueueResumed: nothing,
  LandingReturned: ({ obstacle }) => obstacle.message,
  LandingContinued: nothing,
  LandingRequeued: ({ branch }) => branch,
  LandingRemoved: ({ reason }) => reason,
  PullRequestRequested: ({ branch, into }) => `${branch} into ${into}`,
  PullRequestOpened: ({ number, url }) => `#${number} ${url}`,
  PullRequestRefused: ({ message }) => message,
  PullRequestUpdated: ({ number, headCommit }) => `#${number} ${headCommit}`,
  PullRequestChecked: ({ number, checks }) => `#${number} ${checks.state}`,
  PullRequestFeedbackReceived: ({ number, feedback }) => `#${number}: ${count(feedback, 'piece')}`,
  PullRequestContinued: nothing,
  PullRequestAnswered: nothing,
  PullRequestReturned: ({ message }) => message,
  PullRequestMerged: ({ number, into }) => `#${number} into ${into}`,
  PullRequestClosed: ({ number }) => `#${number}`,
  WorkerAdmitted: ({ name }) => name,
  WorkerTokenIssued: ({ expiresAt }) => `until ${expiresAt}`,
  WorkerTokenRedeemed: ({ host }) => host,
  WorkerJoinRefused: ({ code, host }) => `${code}: ${host}`,
  WorkerJoined: ({ host }) => host,
  WorkerDrained: ({ reason }) => reason,
  WorkerReturned: nothing,
  WorkerRemoved: ({ reason }) => reason,
  FleetFrozen: ({ scope, reason }) => `${scopeName(scope)}${reason ? `: ${reason}` : ''}`,
  FleetUnfrozen: ({ reason }) => reason,
  KillAllRequested: ({ scope, sessionIds, reason }) =>
    `${scopeName(scope)}: ${count(sessionIds, 'session')}${reason ? `, ${reason}` : ''}`,
  KillAllCompleted: ({ killed }) => count(killed, 'session'),
  RepositorySettingsApproved: ({ repository, hash }) => `${repository}: ${hash.slice(0, 12)}`,
  RepositorySettingsRevoked: ({ repository }) => repository,
  SecretPatternAdded: ({ name, pattern }) => `${name}: ${pattern}`,
  SecretPatternRemoved: ({ name }) => name,
  SecretFingerprintAllowed: ({ fingerprint, reason }) => `${fingerprint}: ${reason}`,
  SecretFingerprintRevoked: ({ fingerprint }) => fingerprint,
  ApprovalPolicySet: ({ policy }) =>
    policy === null ? 'none' : `${count(policy.rules, 'rule')}, otherwise ${policy.otherwise}`,
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

/** Stand in the same append as a spawn, or a budget that is set, under the name of who did that, and are nobody's doing. */
const consequences: ReadonlySet<MosaicEventType> = new Set<MosaicEventType>([
  'SessionClaimed',
  'AgentQueued',
  'BudgetWarned',
])

/** Every other type there is: any of them may have an operator as its actor. */
export const auditedTypes = (Object.keys(previews) as MosaicEventType[]).filter((type) => !consequences.has(type))

const textOf = (content: readonly ContentBlock[]) =>
  content.flatMap((block) => (block.type === 'text' ? [block.text] : [])).join(' ')
