import { z } from 'zod'
import {
  agentType,
  allowSecret,
  branchName,
  completion,
  discardWork,
  continueAgent,
  conversationEntry,
  injectMessage,
  killAgent,
  keepWork,
  mergeWork,
  patchOf,
  pauseAgent,
  pruneStored,
  pruneWork,
  modelProvider,
  pushWork,
  resumeAgent,
  retryAgent,
  retryModelCall,
  releaseTerminal,
  resizeTerminal,
  takeTerminal,
  typeInTerminal,
  sessionStatus,
  sessionTree,
  sessionView,
  spawnAgent,
  terminateAgent,
  workLook,
  workPatch,
} from '../../agent-session/index.ts'
import { position, uuid } from '../../kernel/index.ts'
import { route } from '../route.ts'
import {
  after,
  commandAnswer,
  cursor,
  limit,
  mergeAnswer,
  page,
  keepAnswer,
  pruneAnswer,
  pruneStoredAnswer,
  pushAnswer,
  sessionParams,
  spawnAnswer,
  stopAnswer,
} from '../shapes.ts'
import { missionControl } from './paths.ts'

/** Another branch than the one that it began at. */
const into = { into: branchName.optional() }

const commandWith = <Body extends z.ZodType, Answer extends z.ZodType>(
  verb: string,
  { summary, body, answer }: { summary: string; body: Body; answer: Answer },
) =>
  route({
    method: 'POST',
    path: `${missionControl}/sessions/:id/${verb}`,
    role: 'operator',
    summary,
    params: sessionParams,
    body,
    answer,
    status: 202,
  })
const command = <Body extends z.ZodType>(verb: string, summary: string, body: Body) =>
  commandWith(verb, { summary, body, answer: commandAnswer })
const stop = <Body extends z.ZodType>(verb: string, summary: string, body: Body) =>
  commandWith(verb, { summary, body, answer: stopAnswer })

export const sessionRoutes = {
  sessions: route({
    method: 'GET',
    path: `${missionControl}/sessions`,
    role: 'observer',
    summary: 'Sessions, newest first',
    query: z.object({
      status: sessionStatus.optional(),
      /** Of those that have completed. */
      outcome: completion.optional(),
      agentType: agentType.optional(),
      modelProvider: modelProvider.optional(),
      missionId: uuid.optional(),
      parentSessionId: uuid.optional(),
      /** Looked for in name and task, ignoring case. */
      q: z.string().max(200).optional(),
      limit: limit(50, 200),
      ...cursor,
      ...after,
    }),
    answer: page(sessionView),
  }),
  spawn: route({
    method: 'POST',
    path: `${missionControl}/sessions`,
    role: 'operator',
    summary: 'Spawn an agent',
    body: spawnAgent,
    answer: spawnAnswer,
    status: 202,
  }),
  session: route({
    method: 'GET',
    path: `${missionControl}/sessions/:id`,
    role: 'observer',
    summary: 'One session',
    params: sessionParams,
    query: z.object(after),
    answer: sessionView,
  }),
  tree: route({
    method: 'GET',
    path: `${missionControl}/tree`,
    role: 'observer',
    summary: 'Sessions by parent',
    query: z.object({ missionId: uuid.optional(), ...after }),
    answer: z.object({ roots: z.array(sessionTree), position }),
  }),
  messages: route({
    method: 'GET',
    path: `${missionControl}/sessions/:id/messages`,
    role: 'observer',
    summary: 'The conversation, by revision',
    params: sessionParams,
    query: z.object({
      /** Entries above this revision, oldest first; */
      afterRevision: z.coerce.number().int().min(-1).optional(),
      /** or entries below this one, the nearest to it (answered oldest first all the same). */
      beforeRevision: z.coerce.number().int().min(0).optional(),
      limit: limit(100, 500),
      ...after,
    }),
    answer: z.object({ items: z.array(conversationEntry), hasMore: z.boolean(), position }),
  }),
  /** Server-sent events, one `StreamFrame` each; the SSE id of an event is its revision (`Last-Event-ID`). */
  stream: route({
    method: 'GET',
    path: `${missionControl}/sessions/:id/stream`,
    role: 'observer',
    summary: 'The session live (server-sent events)',
    params: sessionParams,
    query: z.object({ fromRevision: z.coerce.number().int().min(0).optional() }),
    answer: z.string(),
  }),
  inject: command('inject', 'Say something to a running agent', injectMessage),
  pause: command('pause', 'Pause an agent', pauseAgent),
  resume: command('resume', 'Resume a paused agent', resumeAgent),
  retryModelCall: command('retry-model-call', 'End a wait for the model: call it now', retryModelCall),
  takeTerminal: command('terminal/take', 'Take control of a terminal: type there from now on', takeTerminal),
  releaseTerminal: command('terminal/release', 'Give up control of a terminal', releaseTerminal),
  typeInTerminal: route({
    method: 'POST',
    path: `${missionControl}/sessions/:id/terminal/type`,
    role: 'operator',
    summary: 'Type in a terminal that one has control of',
    params: sessionParams,
    body: typeInTerminal,
    answer: z.object({}),
  }),
  resizeTerminal: route({
    method: 'POST',
    path: `${missionControl}/sessions/:id/terminal/resize`,
    role: 'operator',
    summary: 'Change the size of a terminal that one has control of',
    params: sessionParams,
    body: resizeTerminal,
    answer: z.object({}),
  }),
  continue: {
    ...command('continue', 'Go on where an ended agent stopped, in a new session', continueAgent),
    answer: spawnAnswer,
  },
  retry: { ...command('retry', "Begin an ended agent's task anew, in a new session", retryAgent), answer: spawnAnswer },
  workLook: route({
    method: 'GET',
    path: `${missionControl}/sessions/:id/work`,
    role: 'observer',
    summary: 'How its branch stands to the branch that it is to be merged into, as git has both now',
    params: sessionParams,
    query: z.object(into),
    answer: workLook,
  }),
  workPatch: route({
    method: 'GET',
    path: `${missionControl}/sessions/:id/patch`,
    role: 'observer',
    summary: 'The change that its branch is, or what it had left uncommitted, as a unified diff',
    params: sessionParams,
    query: z.object({ of: patchOf, ...into }),
    answer: workPatch,
  }),
  mergeWork: { ...command('merge', 'Merge its branch, or note that it is merged', mergeWork), answer: mergeAnswer },
  keepWork: {
    ...command('keep', 'Commit on its branch what an ended agent had not committed', keepWork),
    answer: keepAnswer,
  },
  discardWork: {
    ...command('discard', 'Give up what an ended agent had not committed', discardWork),
    answer: pruneAnswer,
  },
  pruneWork: { ...command('prune', 'Take away what an ended agent has made', pruneWork), answer: pruneAnswer },
  allowSecret: command('allow-secret', 'Let an agent commit what looks like a secret', allowSecret),
  pushWork: route({
    method: 'POST',
    path: `${missionControl}/sessions/:id/push`,
    role: 'operator',
    summary: 'Send to the origin what it does not have of its work, also after its end',
    params: sessionParams,
    body: pushWork,
    answer: pushAnswer,
  }),
  pruneStored: route({
    method: 'POST',
    path: `${missionControl}/work/prune`,
    role: 'admin',
    summary: 'Take away checkpoints, merged branches and mirrors that are kept longer than they need be',
    body: pruneStored,
    answer: pruneStoredAnswer,
  }),
  terminate: stop('terminate', 'End an agent after its current step', terminateAgent),
  kill: stop('kill', 'Kill an agent and all its processes', killAgent),
} as const
