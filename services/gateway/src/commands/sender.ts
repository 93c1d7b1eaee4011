import { randomUUID } from 'node:crypto'
import type { Sender } from '@mosaic/contracts/agent-provider'
import { actorHeaders } from '@mosaic/contracts/http'
import { uuid } from '@mosaic/contracts/kernel'
import { RejectedError } from '@mosaic/http'
import { currentTraceparent } from '@mosaic/telemetry'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { operatorOf } from '../sign-in/authenticate.ts'

/** Who sends a command, and the command's id, which the answer names. */
export function senderOf(request: FastifyRequest, reply: FastifyReply): Sender {
  const { operatorId, name, workspaceId } = operatorOf(request)
  const commandId = idempotencyKeyOf(request)
  // So that a client that lost the answer can send the very same command again.
  reply.header(actorHeaders.idempotencyKey, commandId)
  const traceparent = currentTraceparent() ?? request.headers[actorHeaders.traceparent]
  return { operatorId, name, workspaceId, commandId, ...(typeof traceparent === 'string' && { traceparent }) }
}

function idempotencyKeyOf(request: FastifyRequest): string {
  const given = request.headers[actorHeaders.idempotencyKey]
  if (given === undefined) return randomUUID()
  const parsed = uuid.safeParse(given)
  if (parsed.success) return parsed.data
  throw new RejectedError({
    code: 'VALIDATION_FAILED',
    message: `${actorHeaders.idempotencyKey}: expected a UUID in lower case`,
    field: actorHeaders.idempotencyKey,
  })
}
