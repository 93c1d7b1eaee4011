import type { Socket } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { AgentSessionEventOf } from '@mosaic/contracts/agent-session'
import {
  type AgentCapabilities,
  client,
  type ClientConnection,
  type LoadSessionResponse,
  type McpServer,
  methods,
  ndJsonStream,
  PROTOCOL_VERSION,
  type RequestPermissionRequest,
  type RequestPermissionResponse,
  type ResumeSessionResponse,
  type SessionUpdate,
  type StopReason,
} from '@agentclientprotocol/sdk'
import { toolServer } from './tool-words.ts'
import type { ExecResult, Sandbox } from '../../sandbox/index.ts'

/** What an agent says and asks while it works. Whatever comes was written by a hostile agent. */
export type Listener = {
  /** In the order in which it was said. */
  heard(update: SessionUpdate): void
  permission(request: RequestPermissionRequest, signal: AbortSignal): Promise<RequestPermissionResponse>
}

export type Earlier = { readonly agentSessionId: string; readonly lost: string | null }

/** How its conversation began, and what it calls it. */
export type Begun = Pick<AgentSessionEventOf<'AgentProgramStarted'>['data'], 'agentSessionId' | 'how' | 'reason'>

type Start = {
  readonly sandbox: Sandbox
  readonly command: string
  readonly cwd: string
  /** Where tools of ours are, over the Model Context Protocol. */
  readonly toolsUrl: string
  readonly mode: string | undefined
  /** A conversation that it has had: taken up where it can be. A text says why it cannot. */
  readonly earlier: Earlier | undefined
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
/** The name of a conversation, in characters. */
const mostNamed = 500
/** A line of theirs: a file that was read, as text, twice over. */
const mostBytes = 16 * 1024 ** 2

/** An agent's program that runs in a sandbox, spoken to in the Agent Client Protocol. */
export class AgentLink {
  readonly begun: Begun
  readonly #connection: ClientConnection
  readonly #ended: Promise<AgentFault>
  readonly #stop: AbortController

  private constructor(connection: ClientConnection, begun: Begun, ended: Promise<AgentFault>, stop: AbortController) {
    this.#connection = connection
    this.begun = begun
    this.#ended = ended
    this.#stop = stop
  }

  /** @throws AgentFault where it does not start */
  static async start({
    sandbox,
    command,
    cwd,
    toolsUrl,
    mode,
    earlier,
    connection,
    listener,
  }: Start): Promise<AgentLink> {
    const stop = new AbortController()
    const ran = sandbox.exec(command, { timeoutMs: forEver, maxOutputBytes: 8_000, signal: stop.signal })
    const ended = ran.then(faultOf, (error: unknown) => new AgentFault('its sandbox is gone', { cause: error }))
    const within = <T>(work: Promise<T>) => inTime(work, ended)
    try {
      const socket = await within(connection)
      // What it tells of a conversation that it takes up was told before.
      let isReady = false
      const link = client({ name: 'mosaic' })
        .onNotification(methods.client.session.update, ({ params }) => {
          if (isReady) listener.heard(params.update)
        })
        .onRequest(methods.client.session.requestPermission, ({ params, signal }) =>
          listener.permission(params, signal),
        )
        .connect(streamOf(socket))
      const { protocolVersion, agentCapabilities } = await within(
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
      const { modes, ...begun } = await begin({ link, agentCapabilities, cwd, toolsUrl, earlier, within })
      const sessionId = begun.agentSessionId
      if (mode !== undefined && modes?.availableModes.some(({ id }) => id === mode)) {
        await within(link.agent.request(methods.agent.session.setMode, { sessionId, modeId: mode }))
      }
      isReady = true
      return new AgentLink(link, begun, ended, stop)
    } catch (error) {
      const fault = await whyOf(error, ended, 'it could not be spoken to')
      stop.abort()
      throw fault
    }
  }

  /** Tells it something, and waits until it has ended its turn. @throws AgentFault */
  async prompt(text: string): Promise<StopReason> {
    const asked = this.#connection.agent.request(methods.agent.session.prompt, {
      sessionId: this.begun.agentSessionId,
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
      .notify(methods.agent.session.cancel, { sessionId: this.begun.agentSessionId })
      .catch(() => undefined)
  }

  end(): void {
    this.#connection.close()
    this.#stop.abort()
  }
}

type Beginning = Pick<Start, 'cwd' | 'toolsUrl' | 'earlier'> & {
  readonly link: ClientConnection
  readonly agentCapabilities: AgentCapabilities | undefined
  readonly within: <T>(work: Promise<T>) => Promise<T>
}

/** Takes up the conversation that it had, by what it says it can; or begins one. */
async function begin({ link, agentCapabilities, cwd, toolsUrl, earlier, within }: Beginning) {
  const ours: McpServer = { type: 'http', name: toolServer, url: toolsUrl, headers: [] }
  const mcpServers = agentCapabilities?.mcpCapabilities?.http ? [ours] : []
  const anew = async (how: Begun['how'], reason: string | null) => {
    const { sessionId, modes } = await within(link.agent.request(methods.agent.session.new, { cwd, mcpServers }))
    if (sessionId === '' || sessionId.length > mostNamed) throw new AgentFault('it has no name for its conversation')
    return { agentSessionId: sessionId, modes, how, reason }
  }
  if (!earlier) return anew('begun', null)
  if (earlier.lost !== null) return anew('told', earlier.lost)
  const { agentSessionId } = earlier
  // The first tells nothing of it again.
  const [resumes, loads] = [agentCapabilities?.sessionCapabilities?.resume, agentCapabilities?.loadSession]
  if (!resumes && !loads) return anew('told', 'it cannot take up a conversation that it had')
  try {
    const conversation = { sessionId: agentSessionId, cwd, mcpServers }
    const { load, resume } = methods.agent.session
    const taken: ResumeSessionResponse | LoadSessionResponse | void = resumes
      ? await within(link.agent.request(resume, conversation))
      : await within(link.agent.request(load, conversation))
    return { agentSessionId, modes: taken ? taken.modes : null, how: 'loaded' as const, reason: null }
  } catch (error) {
    if (error instanceof AgentFault) throw error
    return anew('told', `it could not take up its conversation: ${wordsOf(error)}`)
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
