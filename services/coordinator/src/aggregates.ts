import { budgetEvents, budgetStream } from '@mosaic/contracts/budget'
import { mergeQueueEvents, mergeQueueStream } from '@mosaic/contracts/merge-queue'
import { missionEvents, missionStream } from '@mosaic/contracts/mission'
import { pullRequestEvents, pullRequestStream } from '@mosaic/contracts/pull-request'
import { queueEvents, queueStream } from '@mosaic/contracts/queue'
import { taskEvents, taskStream } from '@mosaic/contracts/task'
import { budget } from './domain/budget/budget.ts'
import { mergeQueue } from './domain/merge-queue/merge-queue.ts'
import { workerEvents, workerStream } from '@mosaic/contracts/worker'
import { mission } from './domain/mission/mission.ts'
import { pullRequest } from './domain/pull-request/pull-request.ts'
import { queue } from './domain/queue/queue.ts'
import { task, type TaskCommand } from './domain/task/task.ts'
import { worker } from './domain/worker/worker.ts'

const endsTask: ReadonlySet<TaskCommand['type']> = new Set(['CompleteTask', 'FailTask', 'CancelTask', 'AbandonTask'])

/** All that the coordinator decides about. */
export const aggregates = {
  task: {
    decider: task,
    definitions: taskEvents,
    streamOf: taskStream.of,
    isEnding: ({ type }: TaskCommand) => endsTask.has(type),
  },
  mission: { decider: mission, definitions: missionEvents, streamOf: missionStream.of },
  mergeQueue: { decider: mergeQueue, definitions: mergeQueueEvents, streamOf: mergeQueueStream.of },
  pullRequest: { decider: pullRequest, definitions: pullRequestEvents, streamOf: pullRequestStream.of },
  queue: { decider: queue, definitions: queueEvents, streamOf: queueStream.of },
  budget: { decider: budget, definitions: budgetEvents, streamOf: budgetStream.of },
  worker: { decider: worker, definitions: workerEvents, streamOf: workerStream.of },
} as const
