import type { Client } from '@mosaic/client'
import { type AgentSessionEventType, hasEnded, type SessionView, statusAfter } from '@mosaic/contracts/agent-session'
import { gatewayRoutes, type StreamFrame } from '@mosaic/contracts/http'
import { CliError, exitCodes, jsonText, print, printError, write } from '../../cli.ts'
import type { Detail } from '../../format/conversation.ts'
import { createLiveConversation } from '../../format/live-conversation.ts'
import type { Context } from '../../gateway/action.ts'
import { waitsOf } from './waits-for-person.ts'

/** A session's frames from a revision on. */
export function sessionFrames(client: Client, id: string, fromRevision: number, signal: AbortSignal) {
  return client.follow(gatewayRoutes.stream, { params: { id }, query: { fromRevision }, signal })
}

/** Whether a frame says that the session is over: completed, failed or killed. */
export function endsSession(frame: StreamFrame): boolean {
  if (frame.type !== 'event' || !Object.hasOwn(statusAfter, frame.event.type)) return false
  const status = statusAfter[frame.event.type as AgentSessionEventType]
  return status !== undefined && hasEnded(status)
}

/** What an ended session had not committed is kept before it is released; longer than this nobody waits for it. */
const releaseMs = 30_000

/** `tellWaits`: say on stderr what it waits for, and how it goes on. Of what is long past nobody is told so. */
type Watch = { fromRevision: number; show: boolean; detail?: Detail; tellWaits?: boolean }

/** Prints a session as it goes on (events as JSON lines with `--json`) until it has ended and is released; answers how it is then. */
export async function watchSession(
  { client, json, signal }: Context,
  id: string,
  { fromRevision, show, detail = 'line', tellWaits = false }: Watch,
): Promise<SessionView> {
  const conversation = createLiveConversation(write, {
    wordByWord: process.stdout.isTTY === true,
    detail,
  })
  const waitOf = waitsOf(id)
  const patience = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let after: string | undefined
  for await (const frame of sessionFrames(client, id, fromRevision, AbortSignal.any([signal, patience.signal]))) {
    if (show && !json) conversation(frame)
    if (frame.type !== 'event') continue
    if (show && json) print(jsonText(frame.event))
    const wait = tellWaits ? waitOf(frame.event) : undefined
    if (wait !== undefined) printError(wait)
    if (endsSession(frame)) timer = setTimeout(() => patience.abort(), releaseMs)
    if (endsSession(frame) || frame.event.type === 'AgentResourcesReleased') after = frame.event.position
    if (frame.event.type === 'AgentResourcesReleased') break
  }
  clearTimeout(timer)
  if (after !== undefined) return client.call(gatewayRoutes.session, { params: { id }, query: { after } })
  throw new CliError('Interrupted; the session goes on.', { exitCode: exitCodes.interrupted })
}

/** What the end of a session says to a script. */
export const exitCodeOf = ({ status, outcome }: SessionView): number =>
  status === 'completed' && outcome !== 'terminated' ? exitCodes.ok : exitCodes.failed
