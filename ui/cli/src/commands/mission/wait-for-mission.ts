import { setTimeout as delay } from 'node:timers/promises'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { systemClock } from '@mosaic/contracts/kernel'
import type { MissionProgress } from '@mosaic/contracts/mission'
import { taskHasEnded, type TaskView } from '@mosaic/contracts/task'
import { CliError, exitCodes, print, printError, printJson } from '../../cli.ts'
import { showing } from '../../format/spinner.ts'
import { missionDetails } from '../../format/task.ts'
import { harmless, oneLine } from '../../format/text.ts'
import type { Context } from '../../gateway/action.ts'
import { isToChoose } from '../task/wait-for-task.ts'

const lookEveryMs = 500

/** Waits for a mission's end; what a person has to do meanwhile is said once, on stderr. */
export async function waitForMission(
  { client, json, signal }: Context,
  { missionId: id, position: after }: { readonly missionId: string; readonly position: string },
): Promise<number> {
  const said = new Set<string>()
  const tell = (text: string) => {
    if (!said.has(text)) printError(harmless(text))
    said.add(text)
  }
  const look = async () => {
    const mission = await client.call(gatewayRoutes.mission, { params: { id }, query: { after } })
    const { items } = await client.call(gatewayRoutes.tasks, { query: { missionId: id, limit: 200 } })
    for (const text of waitsIn(mission, items)) tell(text)
    return { mission, tasks: items.toReversed() }
  }
  const end = async () => {
    for (;;) {
      const seen = await look()
      if (seen.mission.endedAt !== null) return seen
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined)
      if (signal.aborted) throw new CliError('Interrupted; the mission goes on.', { exitCode: exitCodes.interrupted })
    }
  }
  const { mission, tasks } = await showing('waiting for it to end', end())
  if (json) printJson({ ...mission, tasks })
  else print(missionDetails(mission, tasks, { now: systemClock.now(), budget: null }))
  return mission.status === 'completed' ? exitCodes.ok : exitCodes.failed
}

const waitsIn = ({ missionId, status }: MissionProgress, tasks: readonly TaskView[]): string[] => [
  ...(status === 'paused' ? [`It is paused, and waits for you: mosaic mission resume ${missionId}`] : []),
  ...tasks.flatMap((task) =>
    !taskHasEnded(task.status) && isToChoose(task)
      ? [`“${oneLine(task.title, 60)}” waits for your choice: mosaic task choose ${task.taskId} SESSION`]
      : [],
  ),
]
