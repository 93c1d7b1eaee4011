import type { Client } from '@mosaic/client'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { TaskView } from '@mosaic/contracts/task'
import { findId } from '../find-by-id.ts'

/** The id of the task that a person means: by its id, or by what it is called elsewhere. */
export const findTaskId = (client: Client, given: string): Promise<string> =>
  findId<TaskView>(
    {
      noun: 'task',
      page: (cursor) => client.call(gatewayRoutes.tasks, { query: { limit: 200, cursor } }),
      idOf: ({ taskId }) => taskId,
      nameOf: ({ title }) => title,
      isMeant: ({ externalKey }, key) => externalKey === key,
    },
    given,
  )
