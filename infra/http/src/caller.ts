import { actorHeaders, type RejectionCode } from '@mosaic/contracts/http'
import {
  type Actor,
  type Clock,
  err,
  newId,
  ok,
  type Rejection,
  type Result,
  uuid,
  workspaceId,
} from '@mosaic/contracts/kernel'
import { commandIdOf, type CommandContext } from '@mosaic/event-store'
import { currentTraceparent } from '@mosaic/telemetry'
import type { FastifyRequest } from 'fastify'
import { z } from 'zod'

const percentDecoded = z.string().transform((text, context) => {
  try {
    return decodeURIComponent(text)
  } catch {
    context.addIssue({ code: 'custom', message: 'expected percent-encoded text' })
    return z.NEVER
  }
})

const headers = z.object({
  [actorHeaders.operatorId]: z.string().min(1).max(200).default('local'),
  [actorHeaders.operatorName]: percentDecoded.pipe(z.string().trim().min(1).max(200)).default('operator'),
  [actorHeaders.workspaceId]: workspaceId.optional(),
  [actorHeaders.idempotencyKey]: z.string().toLowerCase().pipe(uuid).optional(),
  [actorHeaders.traceparent]: z.string().max(100).optional(),
})

/** Who asks, in which workspace, and the command's id. */
export type Caller = CommandContext & { readonly operatorName: string; readonly repeated: boolean }

/** Reads the headers by which the gateway (or a program on this machine) says who asks. */
export function readCaller(
  request: FastifyRequest,
  { workspaceId: defaultWorkspaceId, clock }: { readonly workspaceId: string; readonly clock: Clock },
): Result<Caller, Rejection<RejectionCode>> {
  const parsed = headers.safeParse(request.headers)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    const field = String(issue?.path[0] ?? 'headers')
    return err({ code: 'VALIDATION_FAILED', message: `${field}: ${issue?.message ?? 'not valid'}`, field })
  }
  const given = parsed.data
  const operatorName = given[actorHeaders.operatorName]
  const actor: Actor = { kind: 'operator', id: given[actorHeaders.operatorId], name: operatorName }
  const key = given[actorHeaders.idempotencyKey]
  const traceparent = currentTraceparent() ?? given[actorHeaders.traceparent]
  const inWorkspace = given[actorHeaders.workspaceId] ?? defaultWorkspaceId
  return ok({
    commandId: key === undefined ? newId() : commandIdOf({ workspaceId: inWorkspace, operatorId: actor.id, key }),
    workspaceId: inWorkspace,
    actor,
    occurredAt: clock.now(),
    operatorName,
    repeated: key !== undefined,
    ...(traceparent && { traceparent }),
  })
}
