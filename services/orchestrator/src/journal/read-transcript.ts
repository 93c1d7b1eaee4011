import { agentSessionStream } from '@mosaic/contracts/agent-session'
import type { EventStore } from '@mosaic/event-store'
import { observe } from './observed.ts'
import { TranscriptFold } from './transcript.ts'

/**
 * A session's conversation up to a revision as the log has it, behind those of the sessions that it continues.
 * @throws StoreUnavailableError
 */
export async function readTranscript(
  store: Pick<EventStore, 'readStream'>,
  sessionId: string,
  through = Number.POSITIVE_INFINITY,
): Promise<TranscriptFold> {
  let transcript = new TranscriptFold()
  for await (const item of store.readStream(agentSessionStream.of(sessionId))) {
    const observed = item.kind === 'event' ? observe(item.event) : undefined
    if (!observed) continue
    const { event, revision } = observed
    if (revision > through) break
    const predecessor = event.type === 'AgentSpawnRequested' ? event.data.predecessor : null
    if (predecessor?.how === 'continued') {
      transcript = (await readTranscript(store, predecessor.sessionId)).continued()
    }
    transcript.apply(event)
  }
  return transcript
}
