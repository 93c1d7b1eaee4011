import { z } from 'zod'
import { reserveAnswer, reserveBudget } from '../budget/index.ts'
import { uuid } from '../kernel/index.ts'
import { checkAnswer, checkRequest } from '../quality/index.ts'
import { refuseDispatch } from '../task/index.ts'
import { budgetCommandRoutes } from './gateway/budgets.ts'
import { mergeQueueCommandRoutes } from './gateway/merge-queues.ts'
import { joinInstance } from '../worker/index.ts'
import { missionCommandRoutes } from './gateway/missions.ts'
import { pullRequestRoutes } from './gateway/pull-requests.ts'
import { taskAnswer, taskCommandRoutes } from './gateway/tasks.ts'
import { workerAnswer, workerRoutes } from './gateway/workers.ts'
import { forServices, route } from './route.ts'
import { health } from './shapes.ts'

/** The coordinator's routes (port 3005): for the other services of an instance. */
export const coordinatorRoutes = {
  health: route({ method: 'GET', path: '/health', role: 'public', summary: 'Health', answer: health }),
  addTask: forServices(taskCommandRoutes.addTask),
  reorderTask: forServices(taskCommandRoutes.reorderTask),
  cancelTask: forServices(taskCommandRoutes.cancelTask),
  retryTask: forServices(taskCommandRoutes.retryTask),
  chooseAttempt: forServices(taskCommandRoutes.chooseAttempt),
  pauseQueue: forServices(taskCommandRoutes.pauseQueue),
  resumeQueue: forServices(taskCommandRoutes.resumeQueue),
  createMission: forServices(missionCommandRoutes.createMission),
  pauseMission: forServices(missionCommandRoutes.pauseMission),
  resumeMission: forServices(missionCommandRoutes.resumeMission),
  cancelMission: forServices(missionCommandRoutes.cancelMission),
  setBudget: forServices(budgetCommandRoutes.setBudget),
  raiseBudget: forServices(budgetCommandRoutes.raiseBudget),
  removeBudget: forServices(budgetCommandRoutes.removeBudget),
  reserveBudget: route({
    method: 'POST',
    path: '/api/reservations',
    role: 'service',
    forWorkers: true,
    summary: 'Whether a model call may begin, and what it may cost kept for it',
    body: reserveBudget,
    answer: reserveAnswer,
  }),
  requestLanding: forServices(mergeQueueCommandRoutes.requestLanding),
  removeLanding: forServices(mergeQueueCommandRoutes.removeLanding),
  requestPullRequest: forServices(pullRequestRoutes.requestPullRequest),
  workers: forServices(workerRoutes.workers),
  admitWorker: forServices(workerRoutes.admitWorker),
  issueWorkerToken: forServices(workerRoutes.issueWorkerToken),
  joinInstance: route({
    method: 'POST',
    path: '/api/workers/join',
    role: 'service',
    summary: 'Whether a worker may join',
    body: joinInstance,
    answer: workerAnswer,
  }),
  drainWorker: forServices(workerRoutes.drainWorker),
  returnWorker: forServices(workerRoutes.returnWorker),
  removeWorker: forServices(workerRoutes.removeWorker),
  refuseDispatch: route({
    method: 'POST',
    path: '/tasks/:id/refuse-dispatch',
    role: 'service',
    forWorkers: true,
    summary: 'A worker could not begin a dispatched task',
    params: z.object({ id: uuid }),
    body: refuseDispatch,
    answer: taskAnswer,
    status: 202,
  }),
  check: route({
    method: 'POST',
    path: '/api/quality/check',
    role: 'service',
    forWorkers: true,
    summary: 'Whether a commit passes its gates',
    body: checkRequest,
    answer: checkAnswer,
  }),
} as const
