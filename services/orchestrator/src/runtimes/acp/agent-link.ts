import type { Socket } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import {
  client,
  type ClientConnection,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type SessionUpdate,
  type StopReason,
} from '@agentclientprotocol/sdk'
import type { ExecResult, Sandbox } from '../../sandbox/index.ts'

/** What an agent says and asks while it works. Whatever comes was written by a hostile agent. */
export type Listener = {
  /** In the order in which it was said. */
  heard(update: SessionUpdate): void
  permission(request: RequestPermissionRequest, signal: AbortSignal): Promise<RequestPermissionResponse>
}

type Start = {
  readonly sandbox: Sandbox
  readonly command: string
  readonly cwd: string
  readonly mode: string | undefined
  /** The connection of the program that is started now. */
  readonly connection: Promise<Socket>
  readonly listener: Listener
}

/** The agent's program has ended, or does not say what it should. `stderr` is the end of what it complained about. */
export class AgentFault extends Error {
  override readonly name = 'AgentFault'
}

const startsWithinMs = 60_000
const forEver = 2 ** 31 - 1
/** A line of theirs: a file that was read, as text, twice over. */
const mostBytes = 16 * 1024 ** 2

/** An agent's program that runs in a sandbox, spoken to in the Agent Client Protocol. */
export class AgentLink {
  readonly #connection: ClientConnection
  readonly #sessionId: string
  readonly #ended: Promise<AgentFault>
  readonly #stop: AbortController

  private constructor(
    connection: ClientConnection,
    sessionId: string,
    ended: Promise<AgentFault>,
    stop: AbortController,
  ) {
    this.#connection = connection
    this.#sessionId = sessionId
    this.#ended = ended
    this.#stop = stop
  }

  /** @throws AgentFault where it does not start */
  static async start({ sandbox, command, cwd, mode, connection, listener }: Start): Promise<AgentLink> {
    const stop = new AbortController()
    const ran = sandbox.exec(command, { timeoutMs: forEver, maxOutputBytes: 8_000, signal: stop.signal })
    const ended = ran.then(faultOf, (error: unknown) => new AgentFault('its sandbox is gone', { cause: error }))
    const within = <T>(work: Promise<T>) => inTime(work, ended)
    try {
      const socket = await within(connection)
      const link = client({ name: 'mosaic' })
        .onNotification(methods.client.session.update, ({ params }) => listener.heard(params.update))
        .onRequest(methods.client.session.requestPermission, ({ params, signal }) =>
          listener.permission(params, signal),
        )
        .connect(streamOf(socket))
      const { protocolVersion } = await within(
        link.agent.request(methods.agent.initialize, {
          protocolVersion: PROTOCOL_VERSION,
          clientInfo: { name: 'mosaic', version: '0.1.0' },
          // Files and commands are its own affair, inside.
          clientCapabilities: {},
        }),
      )
      if (protocolVersion !== PROTOCOL_VERSION) {
        throw new AgentFault(`it speaks version ${protocolVersion} of the protocol; expected ${PROTOCOL_VERSION}`)
      }
      const { sessionId, modes } = await within(link.agent.request(methods.agent.session.new, { cwd, mcpServers: [] }))
      if (mode !== undefined && modes?.availableModes.some(({ id }) => id === mode)) {
        await within(link.agent.request(methods.agent.session.setMode, { sessionId, modeId: mode }))
      }
      return new AgentLink(link, sessionId, ended, stop)
    } catch (error) {
      const fault = await whyOf(error, ended, 'it could not be spoken to')
      stop.abort()
      throw fault
    }
  }

  /** Tells it something, and waits until it has ended its turn. @throws AgentFault */
  async prompt(text: string): Promise<StopReason> {
    const asked = this.#connection.agent.request(methods.agent.session.prompt, {
      sessionId: this.#sessionId,
      prompt: [{ type: 'text', text }],
    })
    const answer = await Promise.race([
      asked.catch(async (error: unknown) => {
        throw await whyOf(error, this.#ended, 'it refused what it was told')
      }),
      this.#ended.then((fault) => {
        throw fault
      }),
    ])
    return answer.stopReason
  }

  /** Asks it to stop what it is at: its turn ends. */
  cancel(): void {
    void this.#connection.agent
      .notify(methods.agent.session.cancel, { sessionId: this.#sessionId })
      .catch(() => undefined)
  }

  end(): void {
    this.#connection.close()
    this.#stop.abort()
  }
}

function streamOf(socket: Socket) {
  const [output, input] = [Writable.toWeb(socket), Readable.toWeb(socket)]
  return ndJsonStream(output as WritableStream<Uint8Array>, input as ReadableStream<Uint8Array>, {
    maxMessageBytes: mostBytes,
  })
}

async function inTime<T>(work: Promise<T>, ended: Promise<AgentFault>): Promise<T> {
  work.catch(() => undefined)
  const late = new AgentFault(`it did not get ready within ${startsWithinMs / 1000} s`)
  const done = await Promise.race([
    work.then((value) => ({ value })),
    ended,
    delay(startsWithinMs, late, { ref: false }),
  ])
  if (done instanceof AgentFault) throw done
  return done.value
}

function faultOf({ exitCode, stderr, stdout }: ExecResult): AgentFault {
  const said = (stderr.trim() || stdout.trim()).slice(-800)
  const how = exitCode === null ? 'it was ended' : `its program ended with ${exitCode}`
  return new AgentFault(said === '' ? how : `${how}: ${said}`)
}

/** Its end, where that is why, says more than a connection that broke. */
async function whyOf(cause: unknown, ended: Promise<AgentFault>, what: string): Promise<AgentFault> {
  if (cause instanceof AgentFault) return cause
  const fault = await Promise.race([ended, delay(1000, undefined, { ref: false })])
  return fault ?? new AgentFault(`${what}: ${wordsOf(cause)}`, { cause })
}

const wordsOf = (error: unknown): string => {
  const { message } = error as { message?: unknown }
  return typeof message === 'string' && message !== '' ? message.slice(0, 500) : 'it said nothing of why'
}
