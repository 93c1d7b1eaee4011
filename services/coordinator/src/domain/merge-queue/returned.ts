import type { LandingObstacle, MergeQueueEvent } from '@mosaic/contracts/merge-queue'
import type { GateResult } from '@mosaic/contracts/quality'
import type { KnownQueue, Landing } from './state.ts'

type Trouble = { readonly obstacle: LandingObstacle; readonly mostTimes: number }

/** What an agent can do nothing about, and what it was asked often enough for, is a person's. */
export function returned(
  { queueId, into, landings }: KnownQueue,
  landingId: string,
  trouble: Trouble,
): MergeQueueEvent {
  const { sessionId, branch, returnTo, times } = landings[landingId] as Landing
  const { obstacle, mostTimes } = trouble
  const isForAgent = obstacle.code === 'MERGE_CONFLICT' || obstacle.code === 'GATES_REJECTED'
  const to = isForAgent && returnTo === 'agent' && times < mostTimes ? 'agent' : 'person'
  const told = { obstacle, to, times: to === 'agent' ? times + 1 : times } as const
  return { type: 'LandingReturned', data: { queueId, landingId, sessionId, branch, into, ...told } }
}

/** What failed gates say, as whoever is to mend it reads it. */
export function rejection(gates: readonly GateResult[]): LandingObstacle {
  const failed = gates.filter(({ passed }) => !passed)
  const said = failed.flatMap(({ name, details }) => [`${name} failed:`, ...details.map(lineOf)])
  const files = failed.flatMap(({ details }) => details.flatMap(({ file }) => file ?? []))
  return { code: 'GATES_REJECTED', message: said.join('\n').slice(0, 20_000), files: [...new Set(files)].slice(0, 100) }
}

const lineOf = ({ file, line, output }: GateResult['details'][number]): string => {
  const place = file === undefined ? '' : `${file}${line === undefined ? '' : `:${line}`}: `
  return `${place}${output}`
}
