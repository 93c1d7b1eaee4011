import { systemClock } from '@mosaic/contracts/kernel'
import { contractsText } from '@mosaic/contracts/messaging'
import { type EventStore, inTime } from '@mosaic/event-store'
import { createUpstream } from '@mosaic/http'
import type { Messaging } from '@mosaic/messaging'
import { begin, checkpointsOf, Follower, knownWorkspaces } from '@mosaic/reactions'
import { type Logger, programOf } from '@mosaic/runtime'
import { createApp } from './app.ts'
import { createCommands } from './commands.ts'
import { type Configuration, limitsOf, reviewSettings } from './configuration.ts'
import { Dispatcher } from './dispatch/dispatcher.ts'
import { MergeQueues } from './merge-queue/merge-queues.ts'
import { openQueues } from './merge-queue/open-queues.ts'
import { openPullRequests } from './pull-requests/open-pull-requests.ts'
import { PullRequests } from './pull-requests/pull-requests.ts'
import { Checks } from './quality/checks.ts'
import { decider } from './quality/decide.ts'
import { reviewer } from './quality/review/ask-reviewer.ts'
import { createOrchestrators } from './quality/orchestrators.ts'
import { measureTasks } from './queue/measure-tasks.ts'
import { beginReactions, following } from './reactions/index.ts'
import { workerStandings } from './workers/standings.ts'
import { workersKnown } from './workers/workers-known.ts'
import { WorkersHeard } from './workers/workers-heard.ts'

type Engines = { readonly store: EventStore; readonly messaging: Messaging; readonly logger: Logger }

/** A start reads the log first; whoever names a workspace that is not known yet waits for that. In milliseconds. */
const caughtUpMs = 20_000

/** Puts the coordinator together on its engines and starts it. `failed` rejects when it can not go on. */
export async function startCoordinator(config: Configuration, { store, messaging, logger }: Engines) {
  const clock = systemClock
  const workspaceId = config.MOSAIC_WORKSPACE_ID
  const commands = createCommands(store)
  const heard = new WorkersHeard(messaging, clock, logger)
  const dispatcher = new Dispatcher({
    store,
    messaging,
    commands,
    clock,
    logger,
    limits: limitsOf(config),
    haveLabels: (labels) => heard.haveLabels(labels),
    ageingMinutes: config.MOSAIC_QUEUE_AGEING_MINUTES,
    ahead: config.MOSAIC_QUEUE_AHEAD,
  })
  measureTasks(() => dispatcher.kept.tasks(), clock)
  const workspaces = begin(knownWorkspaces)
  const queues = begin(openQueues)
  const pulls = begin(openPullRequests)
  const standings = begin(workerStandings)
  const folds = [workspaces, queues, pulls, standings, ...beginReactions()]
  const checkpoints = checkpointsOf({ store, messaging, logger }, `${config.MOSAIC_INSTANCE_ID}/coordinator`, [
    dispatcher.kept,
    ...folds,
  ])
  const follower = new Follower(
    { ...following, store, commands, checkpoints, clock, logger },
    { participant: dispatcher, folds },
  )
  const orchestrator = createUpstream({
    name: 'orchestrator',
    url: config.MOSAIC_ORCHESTRATOR_URL,
    unavailable: 'ORCHESTRATOR_UNAVAILABLE',
    headers: { authorization: `Bearer ${config.MOSAIC_SERVICE_TOKEN}` },
  })
  const mergeQueues = new MergeQueues({
    store,
    commands,
    orchestrator,
    open: () => queues.state,
    caughtUp: () => follower.caughtUp,
    batch: config.MOSAIC_LANDING_BATCH,
    mostTimes: config.MOSAIC_LANDING_RETURNS,
    clock,
    logger,
  })
  const pullRequests = new PullRequests({
    store,
    commands,
    orchestrator,
    open: () => pulls.state,
    caughtUp: () => follower.caughtUp,
    everyMs: config.MOSAIC_PULL_REQUEST_SECONDS * 1000,
    mostTimes: config.MOSAIC_PULL_REQUEST_RETURNS,
    clock,
    logger,
  })
  const orchestrators = createOrchestrators(config.MOSAIC_ORCHESTRATOR_URL, config.MOSAIC_SERVICE_TOKEN)
  const decide = decider({
    orchestrators,
    review: reviewer({ orchestrators, store, settings: reviewSettings(config) }),
    policy: { maxAgentShare: config.MOSAIC_MAX_AGENT_SHARE ?? null },
  })
  const app = await createApp({
    checks: new Checks(decide, logger),
    store,
    messaging,
    commands,
    clock,
    orchestrator,
    pullRequests,
    workspaceId,
    standings: () => standings.state,
    heard,
    // Its own workspace is there from the start.
    async isWorkspace(id) {
      if (id === workspaceId || workspaces.state.includes(id)) return true
      await inTime(follower.caughtUp, caughtUpMs)
      return workspaces.state.includes(id)
    },
    following: () => follower.state,
    logger,
    program: programOf(import.meta.url, contractsText()),
    host: config.MOSAIC_HOST,
    serviceToken: config.MOSAIC_SERVICE_TOKEN,
    isWorker: workersKnown(
      () => standings.state,
      () => inTime(follower.caughtUp, caughtUpMs),
    ),
  })
  const url = await app.listen({ host: config.MOSAIC_HOST, port: config.MOSAIC_PORT })
  heard.start()
  follower.start()
  mergeQueues.start()
  pullRequests.start()
  return {
    url,
    failed: follower.failed,
    async close() {
      await Promise.all([app.close(), mergeQueues.stop(), pullRequests.stop()])
      await Promise.all([follower.stop(), dispatcher.stop(), heard.stop()])
    },
  }
}
