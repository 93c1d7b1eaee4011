export { pauseQueue, resumeQueue } from './commands.ts'
export { queueEvents, type QueueEvent } from './events.ts'
export { queueStream } from './stream.ts'
