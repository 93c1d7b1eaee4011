import { type Client, placesInLine, ProblemError } from '@mosaic/client'
import type { SessionView } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import type { WorkerView } from '@mosaic/contracts/worker'
import type { Line } from '../../format/session.ts'

/** Which in line those of some sessions are that wait for their turn. All that wait are asked for, if one does. */
export async function lineOf(client: Client, shown: readonly SessionView[]): Promise<Line> {
  if (!shown.some(({ queued }) => queued)) return new Map()
  const spawning: SessionView[] = []
  let cursor: string | undefined
  do {
    const query = { status: 'spawning', limit: 200, cursor } as const
    const page = await client.call(gatewayRoutes.sessions, { query })
    spawning.push(...page.items)
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  const isLabelled = spawning.some(({ queued, labels }) => queued && labels.length > 0)
  const workers = isLabelled ? await workersOf(client) : null
  // Whose worker is not there is in nobody's way.
  const isStranded = ({ labels }: SessionView) => workers !== null && !haveLabels(workers, labels)
  return new Map<string, number | { lacks: readonly string[] }>([
    ...placesInLine(spawning.filter((session) => !isStranded(session))),
    ...spawning.filter(isStranded).map(({ sessionId, labels }) => [sessionId, { lacks: labels }] as const),
  ])
}

/** `null`: while they cannot be asked about, nobody is said to be missing. */
async function workersOf(client: Client): Promise<readonly WorkerView[] | null> {
  try {
    return (await client.call(gatewayRoutes.workers)).items
  } catch (error) {
    if (error instanceof ProblemError) return null
    throw error
  }
}

/** Whether a worker is there that has all of these. */
const haveLabels = (workers: readonly WorkerView[], labels: readonly string[]): boolean =>
  labels.length === 0 ||
  workers.some(
    ({ isAlive, presence }) =>
      isAlive && presence !== null && !presence.isEmpty && labels.every((label) => presence.labels.includes(label)),
  )
