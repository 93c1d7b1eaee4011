import { orchestratorRoutes } from '@mosaic/contracts/http'
import type { Caller } from '@mosaic/http/caller'
import type { FastifyInstance } from 'fastify'
import type { FeatureDeps } from '../deps.ts'
import { addSessionCommand } from '../session-command.ts'

/** Who types at a session's terminal: whoever has taken control of it. */
export function controlTerminalRoutes(app: FastifyInstance, deps: FeatureDeps): void {
  const { takeTerminal, releaseTerminal } = orchestratorRoutes
  addSessionCommand(app, deps, takeTerminal, (_, caller) => ({ type: 'TakeTerminal', ...typistOf(caller) }))
  addSessionCommand(app, deps, releaseTerminal, (_, caller) => ({ type: 'ReleaseTerminal', ...typistOf(caller) }))
}

const typistOf = ({ actor, operatorName }: Caller) => ({ operatorId: actor.id, operatorName })
