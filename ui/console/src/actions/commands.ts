import type { SessionView } from '@mosaic/contracts/agent-session'
import type { decideApproval as decision } from '@mosaic/contracts/approval'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { z } from 'zod'
import { gateway } from '../gateway.ts'
import { notifyFailure } from '../ui/toast.tsx'

// The answer of a command says that it was accepted; what then happens comes as events and is shown from those.

async function reporting(what: string, command: Promise<unknown>): Promise<boolean> {
  try {
    await command
    return true
  } catch (error) {
    notifyFailure(what, error)
    return false
  }
}

export const freeze = () => reporting('The fleet was not frozen', gateway.call(gatewayRoutes.freeze, { body: {} }))

export const unfreeze = () => reporting('The fleet is still frozen', gateway.call(gatewayRoutes.unfreeze, { body: {} }))

/** The origin is asked some times. */
const keepTimeoutMs = 160_000

type Target = Pick<SessionView, 'sessionId' | 'name'>

export const pause = ({ sessionId, name }: Target) =>
  reporting(`${name} was not paused`, gateway.call(gatewayRoutes.pause, { params: { id: sessionId }, body: {} }))

export const resume = ({ sessionId, name }: Target) =>
  reporting(`${name} was not resumed`, gateway.call(gatewayRoutes.resume, { params: { id: sessionId }, body: {} }))

export const retryModelCall = ({ sessionId, name }: Target) =>
  reporting(
    `${name} did not call its model`,
    gateway.call(gatewayRoutes.retryModelCall, { params: { id: sessionId }, body: {} }),
  )

export const takeTerminal = ({ sessionId, name }: Target) =>
  reporting(
    `You do not control the terminal of ${name}`,
    gateway.call(gatewayRoutes.takeTerminal, { params: { id: sessionId }, body: {} }),
  )

export const releaseTerminal = ({ sessionId, name }: Target) =>
  reporting(
    `You still control the terminal of ${name}`,
    gateway.call(gatewayRoutes.releaseTerminal, { params: { id: sessionId }, body: {} }),
  )

export const keepWork = ({ sessionId, name }: Target) =>
  reporting(
    `What ${name} had not committed is not on its branch`,
    gateway.call(gatewayRoutes.keepWork, { params: { id: sessionId }, body: {}, timeoutMs: keepTimeoutMs }),
  )

export const discardWork = ({ sessionId, name }: Target) =>
  reporting(
    `What ${name} had not committed is still there`,
    gateway.call(gatewayRoutes.discardWork, { params: { id: sessionId }, body: {} }),
  )

export const say = ({ sessionId, name }: Target, text: string, pauseBeforeSend = false) =>
  reporting(
    `${name} did not get your message`,
    gateway.call(gatewayRoutes.inject, { params: { id: sessionId }, body: { text, pauseBeforeSend } }),
  )

export const kill = (sessionId: string, body: { reason?: string | undefined; tree?: boolean } = {}) =>
  gateway.call(gatewayRoutes.kill, { params: { id: sessionId }, body })

export const decideApproval = (sessionId: string, approvalId: string, body: z.input<typeof decision>) =>
  gateway.call(gatewayRoutes.decideApproval, { params: { id: sessionId, approvalId }, body })

/** Both answer the session that takes it up. */
export const goOn = (sessionId: string, text: string) =>
  gateway.call(gatewayRoutes.continue, { params: { id: sessionId }, body: { text } })

export const retry = (sessionId: string) => gateway.call(gatewayRoutes.retry, { params: { id: sessionId }, body: {} })
export const terminate = (sessionId: string, body: { note?: string | undefined; tree?: boolean } = {}) =>
  gateway.call(gatewayRoutes.terminate, { params: { id: sessionId }, body })
