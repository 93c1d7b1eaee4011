import { gatewayRoutes, type RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { TerminalAnswer } from '@mosaic/contracts/messaging'
import { addRoute } from '@mosaic/http'
import type { Terminals } from '@mosaic/messaging'
import type { FastifyInstance } from 'fastify'
import { operatorOf } from '../sign-in/authenticate.ts'

/** What a person does at a terminal goes to whoever runs it, who knows whether they have control. */
export function addTerminalRoutes(app: FastifyInstance, { terminals }: { readonly terminals: Terminals }): void {
  addRoute(app, gatewayRoutes.typeInTerminal, async ({ params: { id }, body: { text }, request }) => {
    const { workspaceId, operatorId } = operatorOf(request)
    return toldBy(await terminals.ask(workspaceId, id, { kind: 'type', operatorId, text }))
  })
  addRoute(app, gatewayRoutes.resizeTerminal, async ({ params: { id }, body, request }) => {
    const { workspaceId, operatorId } = operatorOf(request)
    return toldBy(await terminals.ask(workspaceId, id, { kind: 'resize', operatorId, ...body }))
  })
}

function toldBy(answer: TerminalAnswer | undefined): Result<Record<string, never>, Rejection<RejectionCode>> {
  if (!answer) return err({ code: 'TERMINAL_NOT_THERE', message: 'nobody runs a terminal of this session now' })
  return answer.ok ? ok({}) : err({ code: answer.code, message: answer.message })
}
