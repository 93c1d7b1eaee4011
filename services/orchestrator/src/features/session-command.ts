import type { CommandAnswer, RejectionCode, Route } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import { answerMs, inTime } from '@mosaic/event-store'
import { addRoute, type RouteHandler } from '@mosaic/http'
import { type Caller, readCaller } from '@mosaic/http/caller'
import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import type { ExternalCommand } from '../domain/agent-session/index.ts'
import type { Journal } from '../journal/journal.ts'
import type { Journals } from '../journal/journals.ts'
import type { FeatureDeps } from './deps.ts'

export type CommandResult = Result<CommandAnswer, Rejection<RejectionCode>>

type SessionCommand = {
  readonly sessionId: string
  readonly command: ExternalCommand
  readonly caller: Caller
  /** It begins the session, which nobody has heard of yet. */
  readonly isNew?: boolean
}

/** Carries out a command on a session of the caller's workspace. @throws StoreUnavailableError within `answerMs` */
export async function commandSession(
  { journals }: { readonly journals: Journals },
  { sessionId, command, caller, isNew }: SessionCommand,
): Promise<CommandResult> {
  const deadline = performance.now() + answerMs
  const carryOut = async (journal: Journal): Promise<CommandResult> => {
    if (journal.workspaceId !== undefined && journal.workspaceId !== caller.workspaceId) {
      return err({ code: 'WRONG_WORKSPACE', message: 'the session belongs to another workspace' })
    }
    const done = await journal.execute(command, caller, deadline)
    if (!done.ok) return done
    const { status } = journal.session
    if (status === 'none') return err({ code: 'SESSION_NOT_FOUND', message: 'there is no such session' })
    return ok({ sessionId, status, revision: done.value.revision, position: done.value.position })
  }
  return inTime(journals.use(sessionId, carryOut, isNew))
}

type SessionRoute = Route & { readonly params: z.ZodType<{ id: string }>; readonly body: z.ZodType }

/** A route that is one command on one session. */
export function addSessionCommand<const R extends SessionRoute>(
  app: FastifyInstance,
  deps: FeatureDeps,
  route: R,
  toCommand: (body: z.output<R['body']>, caller: Caller) => ExternalCommand,
): void {
  const handler = async ({ params, body, request }: Parameters<RouteHandler<SessionRoute>>[0]) => {
    const caller = readCaller(request, deps)
    if (!caller.ok) return caller
    const command = toCommand(body as z.output<R['body']>, caller.value)
    return commandSession(deps.sessions, { sessionId: params.id, command, caller: caller.value })
  }
  addRoute(app, route as SessionRoute, handler)
}
