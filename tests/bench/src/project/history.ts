import { randomUUID } from 'node:crypto'
import type { RawRecord } from '@mosaic/contracts/kernel'
import { messageRecorded, spawnRequested, testLog } from '@mosaic/kit'

/** A log of so many sessions that say so many things each, about 500 bytes an event, as JetStream carries it. */
export function history(sessions: number, messages: number): RawRecord[] {
  const log = testLog()
  const text = 'x'.repeat(300)
  const ids = Array.from({ length: sessions }, () => randomUUID())
  for (const id of ids) log.add(`agentSession-${id}`, [spawnRequested(id)])
  for (let message = 0; message < messages; message++) {
    for (const id of ids) log.add(`agentSession-${id}`, [messageRecorded(id, randomUUID(), text)])
  }
  return log.all.map((event) =>
    Object.assign(event, { contentType: 'application/json', preparePosition: event.position }),
  )
}
