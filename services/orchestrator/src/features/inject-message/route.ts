import { orchestratorRoutes } from '@mosaic/contracts/http'
import { uuidv5 } from '@mosaic/event-store'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { addSessionCommand } from '../session-command.ts'

/** Says something to a running agent; a waiting agent takes it as the answer to its question. */
export function injectMessageRoute(app: FastifyInstance, deps: FeatureDeps): void {
  addSessionCommand(app, deps, orchestratorRoutes.inject, ({ text, pauseBeforeSend }, { commandId, operatorName }) => ({
    type: 'InjectMessage',
    messageId: uuidv5(`${commandId}/message`),
    text,
    operatorName,
    pauseBeforeSend,
  }))
}
