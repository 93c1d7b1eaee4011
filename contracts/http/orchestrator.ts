import { z } from 'zod'
import {
  allowSecret,
  discardWork,
  branchName,
  continueAgent,
  injectMessage,
  killAgent,
  keepWork,
  mergeWork,
  patchOf,
  pauseAgent,
  pushWork,
  repositoryAddress,
  pruneStored,
  pruneWork,
  resumeAgent,
  retryAgent,
  retryModelCall,
  releaseTerminal,
  takeTerminal,
  sessionView,
  spawnAgent,
  spawnBody,
  terminateAgent,
  workLook,
  workPatch,
} from '../agent-session/index.ts'
import { freezeFleet, killAll, unfreezeFleet } from '../fleet/index.ts'
import { position, recordedEvent } from '../kernel/index.ts'
import {
  checkedStack,
  checkStack,
  pushedStack,
  pushStack,
  stackedLandings,
  stackLandings,
} from '../merge-queue/index.ts'
import { lookAtPullRequest, openedPullRequest, openPullRequest, seenPullRequest } from '../pull-request/index.ts'
import { ranGates, reviewAgent, runGates } from '../quality/index.ts'
import { approveSettings, repositoryInspection, revokeSettings } from '../repository/index.ts'
import { agentProviderRoutes } from './gateway/agent-providers.ts'
import { approvalRoutes } from './gateway/approvals.ts'
import { codeHostRoutes } from './gateway/code-hosts.ts'
import { modelRoutes } from './gateway/models.ts'
import { presetRoutes } from './gateway/presets.ts'
import { secretRoutes } from './gateway/secrets.ts'
import { forServices, route } from './route.ts'
import {
  approvalAnswer,
  commandAnswer,
  freezeAnswer,
  health,
  killAllAnswer,
  limit,
  pushAnswer,
  mergeAnswer,
  keepAnswer,
  pruneAnswer,
  pruneStoredAnswer,
  revocationAnswer,
  sessionParams,
  spawnAnswer,
  stopAnswer,
} from './shapes.ts'

/** What the orchestrator knows of a session from its own fold of the log, without any read model. */
export const agentSummary = sessionView.pick({
  sessionId: true,
  parentSessionId: true,
  missionId: true,
  taskId: true,
  agentType: true,
  name: true,
  runtime: true,
  modelProvider: true,
  model: true,
  status: true,
  queued: true,
  unreadable: true,
  branch: true,
  requestedAt: true,
  revision: true,
})
export type AgentSummary = z.infer<typeof agentSummary>
export type AgentSummaryTree = AgentSummary & { children: AgentSummaryTree[] }
const agentSummaryTree: z.ZodType<AgentSummaryTree> = agentSummary.extend({
  get children() {
    return z.array(agentSummaryTree)
  },
})

/** Another branch than the one that it began at. */
const into = { into: branchName.optional() }

const commandWith = <Body extends z.ZodType, Answer extends z.ZodType>(
  path: `/${string}`,
  { summary, body, answer }: { summary: string; body: Body; answer: Answer },
) => route({ method: 'POST', path, role: 'service', summary, params: sessionParams, body, answer, status: 202 })
const command = <Body extends z.ZodType>(path: `/${string}`, summary: string, body: Body) =>
  commandWith(path, { summary, body, answer: commandAnswer })
const stop = <Body extends z.ZodType>(path: `/${string}`, summary: string, body: Body) =>
  commandWith(path, { summary, body, answer: stopAnswer })

/**
 * The orchestrator's routes (port 3001). The gateway says who asks in the headers of `actorHeaders`; without them the
 * actor is the local operator. `Idempotency-Key` (a UUID) is the command's id: the same key again changes nothing.
 */
export const orchestratorRoutes = {
  health: route({ method: 'GET', path: '/health', role: 'public', summary: 'Health', answer: health }),
  spawn: route({
    method: 'POST',
    path: '/agents/spawn',
    role: 'service',
    summary: 'Spawn an agent',
    body: spawnBody,
    answer: spawnAnswer,
    status: 202,
  }),
  checkSpawn: route({
    method: 'POST',
    path: '/agents/check',
    role: 'service',
    summary: 'Whether a spawn would be refused as it stands, without one',
    body: spawnAgent,
    answer: z.object({ ok: z.literal(true) }),
  }),
  workerSettings: route({
    method: 'GET',
    path: '/workers/settings',
    role: 'service',
    summary: 'The environment of a worker that joins',
    answer: z.object({ environment: z.record(z.string(), z.string()) }),
  }),
  events: route({
    method: 'GET',
    path: '/agents/events',
    role: 'service',
    summary: 'What happens to agents, as server-sent events; after `Last-Event-ID` where it is given',
    query: z.object({ after: position.optional() }),
    answer: recordedEvent,
  }),
  messagesStream: route({
    method: 'GET',
    path: '/agents/:id/messages/stream',
    role: 'service',
    summary: "An agent's messages, as server-sent events: all of them, or those after `Last-Event-ID`",
    params: sessionParams,
    answer: recordedEvent,
  }),
  tree: route({
    method: 'GET',
    path: '/agents/tree',
    role: 'service',
    summary: 'Agents by parent, newest first: those alive, and the ended ones of their missions',
    answer: z.object({ roots: z.array(agentSummaryTree) }),
  }),
  status: route({
    method: 'GET',
    path: '/agents/:id/status',
    role: 'service',
    summary: "One agent's status",
    params: sessionParams,
    answer: agentSummary,
  }),
  messages: route({
    method: 'GET',
    path: '/agents/:id/messages',
    role: 'service',
    summary: "One agent's events from the log, by revision",
    params: sessionParams,
    query: z.object({ fromRevision: z.coerce.number().int().min(0).default(0), limit: limit(100, 1000) }),
    answer: z.object({ items: z.array(recordedEvent), nextRevision: z.int().nullable() }),
  }),
  inject: command('/agents/:id/inject', 'Say something to a running agent', injectMessage),
  pause: command('/agents/:id/pause', 'Pause an agent', pauseAgent),
  resume: command('/agents/:id/resume', 'Resume a paused agent', resumeAgent),
  retryModelCall: command('/agents/:id/retry-model-call', 'End a wait for the model: call it now', retryModelCall),
  takeTerminal: command('/agents/:id/terminal/take', 'Take control of a terminal', takeTerminal),
  releaseTerminal: command('/agents/:id/terminal/release', 'Give up control of a terminal', releaseTerminal),
  continue: {
    ...command('/agents/:id/continue', 'Go on where an ended agent stopped, in a new session', continueAgent),
    answer: spawnAnswer,
  },
  retry: {
    ...command('/agents/:id/retry', "Begin an ended agent's task anew, in a new session", retryAgent),
    answer: spawnAnswer,
  },
  workLook: route({
    method: 'GET',
    path: '/agents/:id/work',
    role: 'service',
    summary: 'How its branch stands to the branch that it is to be merged into',
    params: sessionParams,
    query: z.object(into),
    answer: workLook,
  }),
  workPatch: route({
    method: 'GET',
    path: '/agents/:id/patch',
    role: 'service',
    summary: 'The change that its branch is',
    params: sessionParams,
    query: z.object({ of: patchOf, ...into }),
    answer: workPatch,
  }),
  mergeWork: {
    ...command('/agents/:id/merge', 'Merge its branch, or note that it is merged', mergeWork),
    answer: mergeAnswer,
  },
  keepWork: {
    ...command('/agents/:id/keep', 'Commit on its branch what an ended agent had not committed', keepWork),
    answer: keepAnswer,
  },
  discardWork: {
    ...command('/agents/:id/discard', 'Give up what an ended agent had not committed', discardWork),
    answer: pruneAnswer,
  },
  pruneWork: {
    ...command('/agents/:id/prune', 'Take away what an ended agent has made', pruneWork),
    answer: pruneAnswer,
  },
  pruneStored: route({
    method: 'POST',
    path: '/work/prune',
    role: 'service',
    summary: 'Take away what is kept longer than it need be',
    body: pruneStored,
    answer: pruneStoredAnswer,
  }),
  stackLandings: route({
    method: 'POST',
    path: '/landings/stack',
    role: 'service',
    summary: 'What branches come to on top of each other and of their base; nothing moves',
    body: stackLandings,
    answer: stackedLandings,
  }),
  checkStack: route({
    method: 'POST',
    path: '/landings/check',
    role: 'service',
    summary: 'Whether that passes its gates',
    body: checkStack,
    answer: checkedStack,
  }),
  pushStack: route({
    method: 'POST',
    path: '/landings/push',
    role: 'service',
    summary: 'Move the base to it, from where it began, or not at all',
    body: pushStack,
    answer: pushedStack,
  }),
  openPullRequest: route({
    method: 'POST',
    path: '/agents/:id/pull-request',
    role: 'service',
    summary: "Open a pull request for its branch at the repository's host, or find the one that is open",
    params: sessionParams,
    body: openPullRequest,
    answer: openedPullRequest,
  }),
  lookAtPullRequest: route({
    method: 'POST',
    path: '/pull-requests/look',
    role: 'service',
    summary: 'How a pull request stands at its host, and what was said of it',
    body: lookAtPullRequest,
    answer: seenPullRequest,
  }),
  terminate: stop('/agents/:id/terminate', 'End an agent after its current step', terminateAgent),
  kill: stop('/agents/:id/kill', 'Kill an agent and all its processes', killAgent),
  allowSecret: command('/agents/:id/allow-secret', 'Let an agent commit what looks like a secret', allowSecret),
  pushWork: route({
    method: 'POST',
    path: '/agents/:id/push',
    role: 'service',
    summary: "Send to the origin what it does not have of a session's work",
    params: sessionParams,
    body: pushWork,
    answer: pushAnswer,
  }),
  gates: route({
    method: 'POST',
    path: '/agents/:id/gates',
    role: 'service',
    summary: 'Run mechanical gates of a check that an agent of this worker waits for',
    params: sessionParams,
    body: runGates,
    answer: ranGates,
  }),
  review: {
    ...command('/agents/:id/review', 'Have an independent reviewer look at a commit of an agent', reviewAgent),
    answer: spawnAnswer,
  },
  killAll: route({
    method: 'POST',
    path: '/agents/kill-all',
    role: 'service',
    summary: 'Freeze the scope and kill every agent in it',
    body: killAll,
    answer: killAllAnswer,
    status: 202,
  }),
  freeze: route({
    method: 'POST',
    path: '/fleet/freeze',
    role: 'service',
    summary: 'Spawn nothing in scope any more',
    body: freezeFleet,
    answer: freezeAnswer,
    status: 202,
  }),
  unfreeze: route({
    method: 'POST',
    path: '/fleet/unfreeze',
    role: 'service',
    summary: 'Spawn again',
    body: unfreezeFleet,
    answer: freezeAnswer,
    status: 202,
  }),
  inspectRepository: route({
    method: 'GET',
    path: '/repositories/inspection',
    role: 'service',
    summary: 'What a repository needs, and what is proposed for it',
    query: z.object({ repository: repositoryAddress, branch: branchName.optional() }),
    answer: repositoryInspection,
  }),
  approveSettings: route({
    method: 'POST',
    path: '/repositories/approve',
    role: 'service',
    summary: "Permit what a repository's settings say",
    body: approveSettings,
    answer: approvalAnswer,
    status: 202,
  }),
  revokeSettings: route({
    method: 'POST',
    path: '/repositories/revoke',
    role: 'service',
    summary: 'Take back what was approved for a repository',
    body: revokeSettings,
    answer: revocationAnswer,
    status: 202,
  }),
  decideApproval: forServices(approvalRoutes.decideApproval),
  approvalPolicy: forServices(approvalRoutes.approvalPolicy),
  setApprovalPolicy: forServices(approvalRoutes.setApprovalPolicy),
  checkApprovalPolicy: forServices(approvalRoutes.checkApprovalPolicy),
  secretRules: forServices(secretRoutes.secretRules),
  addSecretPattern: forServices(secretRoutes.addSecretPattern),
  removeSecretPattern: forServices(secretRoutes.removeSecretPattern),
  allowFingerprint: forServices(secretRoutes.allowFingerprint),
  revokeFingerprint: forServices(secretRoutes.revokeFingerprint),
  modelProviders: forServices(modelRoutes.modelProviders),
  addModelProvider: forServices(modelRoutes.addModelProvider),
  testModelProvider: forServices(modelRoutes.testModelProvider),
  removeModelProvider: forServices(modelRoutes.removeModelProvider),
  rotateMasterKey: forServices(modelRoutes.rotateMasterKey),
  agentPresets: forServices(presetRoutes.agentPresets),
  installAgentPreset: forServices(presetRoutes.installAgentPreset),
  removeAgentPreset: forServices(presetRoutes.removeAgentPreset),
  codeHosts: forServices(codeHostRoutes.codeHosts),
  addCodeHost: forServices(codeHostRoutes.addCodeHost),
  testCodeHost: forServices(codeHostRoutes.testCodeHost),
  removeCodeHost: forServices(codeHostRoutes.removeCodeHost),
  agentProviders: forServices(agentProviderRoutes.agentProviders),
  addAgentProvider: forServices(agentProviderRoutes.addAgentProvider),
  changeAgentProvider: forServices(agentProviderRoutes.changeAgentProvider),
  testAgentProvider: forServices(agentProviderRoutes.testAgentProvider),
  removeAgentProvider: forServices(agentProviderRoutes.removeAgentProvider),
} as const

/** Headers by which the gateway tells the orchestrator who asks and in which workspace. */
export const actorHeaders = {
  operatorId: 'x-mosaic-operator-id',
  /** Percent-encoded: names are not ASCII. */
  operatorName: 'x-mosaic-operator-name',
  workspaceId: 'x-mosaic-workspace-id',
  idempotencyKey: 'idempotency-key',
  traceparent: 'traceparent',
} as const
