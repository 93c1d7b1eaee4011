import { streamFamily } from '../kernel/index.ts'

/** `worker-{workerId}` */
export const workerStream = streamFamily('worker')
