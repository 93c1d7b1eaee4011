export {
  admitWorker,
  drainWorker,
  issueWorkerToken,
  joinInstance,
  removeWorker,
  returnWorker,
  workerCredential,
  workerIdIn,
  workerToken,
  type JoinInstance,
} from './commands.ts'
export { workerEvents, type WorkerEvent } from './events.ts'
export { workerRejections, type WorkerRejection } from './rejections.ts'
export { workerStream } from './stream.ts'
export { workerPresence, workersBucket, workerSilenceMs, workerStanding, workerView } from './views.ts'
export type { WorkerPresence, WorkerStanding, WorkerView } from './views.ts'
