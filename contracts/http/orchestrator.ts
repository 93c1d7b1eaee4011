import { z } from 'zod'
import {
  allowSecret,
  branchName,
  continueAgent,
  injectMessage,
  killAgent,
  mergeWork,
  patchOf,
  pauseAgent,
  pushWork,
  repositoryAddress,
  pruneWork,
  resumeAgent,
  retryAgent,
  retryModelCall,
  sessionView,
  spawnAgent,
  terminateAgent,
  workLook,
  workPatch,
} from '../agent-session/index.ts'
import { freezeFleet, killAll, unfreezeFleet } from '../fleet/index.ts'
import { recordedEvent } from '../kernel/index.ts'
import { approveSettings, repositoryInspection } from '../repository/index.ts'
import { modelRoutes } from './gateway/models.ts'
import { route, type Route } from './route.ts'
import {
  approvalAnswer,
  commandAnswer,
  freezeAnswer,
  health,
  killAllAnswer,
  limit,
  pushAnswer,
  mergeAnswer,
  pruneAnswer,
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

const commandWith = <Body extends z.ZodType, Answer extends z.ZodType>(
  path: `/${string}`,
  { summary, body, answer }: { summary: string; body: Body; answer: Answer },
) => route({ method: 'POST', path, role: 'service', summary, params: sessionParams, body, answer, status: 202 })
const command = <Body extends z.ZodType>(path: `/${string}`, summary: string, body: Body) =>
  commandWith(path, { summary, body, answer: commandAnswer })
const stop = <Body extends z.ZodType>(path: `/${string}`, summary: string, body: Body) =>
  commandWith(path, { summary, body, answer: stopAnswer })

/** A route of the gateway's that stands here as well: the gateway asks on behalf of whom it let in. */
const forServices = <const R extends Route>(definition: R): Omit<R, 'role'> & { readonly role: 'service' } => ({
  ...definition,
  role: 'service',
})

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
    body: spawnAgent,
    answer: spawnAnswer,
    status: 202,
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
    answer: workLook,
  }),
  workPatch: route({
    method: 'GET',
    path: '/agents/:id/patch',
    role: 'service',
    summary: 'The change that its branch is',
    params: sessionParams,
    query: z.object({ of: patchOf }),
    answer: workPatch,
  }),
  mergeWork: {
    ...command('/agents/:id/merge', 'Merge its branch, or note that it is merged', mergeWork),
    answer: mergeAnswer,
  },
  pruneWork: {
    ...command('/agents/:id/prune', 'Take away what an ended agent has made', pruneWork),
    answer: pruneAnswer,
  },
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
  modelProviders: forServices(modelRoutes.modelProviders),
  addModelProvider: forServices(modelRoutes.addModelProvider),
  testModelProvider: forServices(modelRoutes.testModelProvider),
  removeModelProvider: forServices(modelRoutes.removeModelProvider),
  rotateMasterKey: forServices(modelRoutes.rotateMasterKey),
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
