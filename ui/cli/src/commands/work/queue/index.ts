import type { Register } from '../../../cli.ts'
import { registerQueueList } from './list.ts'
import { registerQueueRemove } from './remove.ts'

/** What waits to land, one queue per repository and branch. */
export const registerQueue: Register = (work) => {
  const queue = work.command('queue').description('what waits to land on which branch')
  registerQueueList(queue)
  registerQueueRemove(queue)
}
