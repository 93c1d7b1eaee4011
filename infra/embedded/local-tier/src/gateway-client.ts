import { setTimeout as delay } from 'node:timers/promises'
import { gatewayRoutes, problem } from '@mosaic/contracts/http'
import type { z } from 'zod'

/** Thrown when the gateway refuses or does not answer; says why. */
export class GatewayRefusedError extends Error {
  override readonly name = 'GatewayRefusedError'
}

/** Where a gateway is, and the API token that it takes. */
export type GatewayAccess = { gateway: string; token: string }

/** A new one-time link that signs a person in to the console. */
export async function createSignInLink(access: GatewayAccess): Promise<string> {
  const { method, path, answer } = gatewayRoutes.createSignInLink
  return (await call(access, { method, path, answer })).url
}

/**
 * Sends one request to the gateway and parses its answer. `key` makes a repeated command count once. A gateway that is
 * just being restarted is waited for, up to 10 s. Throws GatewayRefusedError.
 */
export async function call<Answer extends z.ZodType>(
  { gateway, token }: GatewayAccess,
  request: { method: string; path: string; answer: Answer; body?: unknown; key?: string },
): Promise<z.output<Answer>> {
  const response = await reach(new URL(request.path, gateway), {
    method: request.method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(request.body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(request.key ? { 'idempotency-key': request.key } : {}),
    },
    ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
  })
  const body: unknown = await response.json().catch(() => undefined)
  if (response.ok) return request.answer.parse(body)
  const refusal = problem.safeParse(body).data
  throw new GatewayRefusedError(
    refusal
      ? `${refusal.title}${refusal.detail ? `: ${refusal.detail}` : ''}`
      : `The gateway answered ${response.status}`,
  )
}

const patienceMs = 10_000

async function reach(url: URL, request: RequestInit): Promise<Response> {
  const deadline = performance.now() + patienceMs
  for (;;) {
    try {
      return await fetch(url, { ...request, signal: AbortSignal.timeout(15_000) })
    } catch (error) {
      // fetch says TypeError when there is no connection; a request that was taken and then timed out is not repeated.
      const refused = error instanceof TypeError
      if (!refused || performance.now() > deadline)
        throw new GatewayRefusedError(`the gateway at ${url.origin} does not answer`, { cause: error })
      await delay(200)
    }
  }
}
