import type { SessionView, SpawnAgentInput } from '@mosaic/contracts/agent-session'
import type { KillScope } from '@mosaic/contracts/fleet'
import {
  gatewayRoutes,
  type KillAllAnswer,
  type Route,
  type SpawnAnswer,
  type StopAnswer,
  type StreamFrame,
  urlOf,
  websocketPath,
} from '@mosaic/contracts/http'
import type { z } from 'zod'
import type { CallInput, WireInput } from './call.ts'
import { LiveConnection, systemClock } from './live/connection.ts'
import { follow } from './live/follow.ts'
import { openSocket } from './live/socket.ts'
import { createTransport } from './transport.ts'

export type ClientOptions = {
  /** Where the gateway is; for its own pages `location.origin`. */
  readonly url: string
  /** An API token. Without one the browser's cookie says who asks. */
  readonly token?: string
  /** How long an answer may take, in milliseconds; 20 s when left out. */
  readonly timeoutMs?: number
}

type Streams = typeof gatewayRoutes.stream | typeof gatewayRoutes.eventsStream

/**
 * What a surface does with the gateway. Calls throw ProblemError for a refusal and UnreachableError when no readable
 * answer came; a call whose connection breaks is sent again under the same idempotency key, so that it counts once.
 */
export type Client = {
  call<R extends Route>(route: R, ...input: OptionalWhenEmpty<CallInput<R>>): Promise<z.output<R['answer']>>
  spawnAgent(agent: SpawnAgentInput): Promise<SpawnAnswer>
  getAgentStatus(sessionId: string): Promise<SessionView>
  killAgent(sessionId: string, reason?: string): Promise<StopAnswer>
  /** The caller has made sure that it is meant. */
  killAllAgents(options?: { scope?: KillScope; reason?: string }): Promise<KillAllAnswer>
  /**
   * A WebSocket for many subscriptions, which comes back by itself; where nobody is signed in any more, `onSignedOut` says so.
   * The caller closes it.
   */
  connect(): LiveConnection
  /** One stream over server-sent events, until the signal is aborted. */
  follow<R extends Streams>(
    route: R,
    input: CallInput<R> & { readonly signal: AbortSignal },
  ): AsyncGenerator<StreamFrame>
  /** Called whenever the gateway says that nobody is signed in. The answer takes it back. */
  onSignedOut(listener: () => void): () => void
}

type OptionalWhenEmpty<Input> = Record<never, never> extends Input ? [input?: Input] : [input: Input]

const usualTimeoutMs = 20_000

export function createClient({ url, token, timeoutMs = usualTimeoutMs }: ClientOptions): Client {
  const base = url.replace(/\/$/, '')
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` }
  const signedOut = new Set<() => void>()
  const onSignedOut = () => {
    for (const listener of signedOut) listener()
  }
  const transport = createTransport({ url: base, headers, timeoutMs, onSignedOut })
  // The transport has parsed the answer with the route's own schema.
  const call = <R extends Route>(route: R, ...[input]: OptionalWhenEmpty<CallInput<R>>) =>
    transport.call(route, (input ?? {}) as WireInput) as Promise<z.output<R['answer']>>
  return {
    call,
    spawnAgent: (body) => call(gatewayRoutes.spawn, { body }),
    getAgentStatus: (id) => call(gatewayRoutes.session, { params: { id } }),
    killAgent: (id, reason) => call(gatewayRoutes.kill, { params: { id }, body: { reason } }),
    killAllAgents: (options) => call(gatewayRoutes.killAll, { body: { ...options, confirm: 'KILL ALL' } }),
    connect() {
      // A socket does not say why it was refused: whoever is not signed in is told so by any answer.
      const askWhy = () => void call(gatewayRoutes.me).catch(() => undefined)
      return new LiveConnection(() => openSocket(base + websocketPath, headers), systemClock, askWhy)
    },
    follow(route, input) {
      const { params, query } = input as WireInput
      return follow(transport, urlOf(route.path, params, query), input.signal)
    },
    onSignedOut(listener) {
      signedOut.add(listener)
      return () => signedOut.delete(listener)
    },
  }
}
