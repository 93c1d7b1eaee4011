import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '@mosaic/contracts/kernel'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { taskHasEnded, type TaskView } from '@mosaic/contracts/task'
import { exitCodes, print, printJson } from '../../cli.ts'
import { showing } from '../../format/spinner.ts'
import { taskDetails } from '../../format/task.ts'
import { missionShown } from '../mission/mission-shown.ts'
import { taskCompared } from './compared.ts'
import type { Context } from '../../gateway/action.ts'

export const exitCodesHelp =
  '\nExit codes: 0 added, or completed with --wait; 1 failed, cancelled, or to be chosen of several attempts; 4 refused.'

const lookEveryMs = 500

/** Waits for a task's end, or until a person has to choose one of its attempts. */
export async function waitForTask(
  { client, json, signal }: Context,
  { taskId, position }: { readonly taskId: string; readonly position: string },
): Promise<number> {
  const look = () => client.call(gatewayRoutes.task, { params: { id: taskId }, query: { after: position } })
  const end = async (): Promise<TaskView> => {
    let task = await look()
    while (!taskHasEnded(task.status) && !isToChoose(task) && !signal.aborted) {
      await delay(lookEveryMs, undefined, { signal }).catch(() => undefined)
      task = await look()
    }
    return task
  }
  const task = await showing('waiting for it to end', end())
  const { attempts } = await taskCompared(client, taskId)
  if (json) printJson({ ...task, attempts })
  else
    print(taskDetails(task, attempts, { now: systemClock.now(), mission: await missionShown(client, task.missionId) }))
  return task.status === 'completed' ? exitCodes.ok : exitCodes.failed
}

/** All attempts have ended, and a person has to say which is taken. */
export const isToChoose = ({ plan, round, attempts }: TaskView): boolean => {
  const ofRound = attempts.filter((attempt) => attempt.round === round)
  const isOver = ofRound.every(({ status }) => status === 'completed' || status === 'failed')
  return (
    (plan?.models.length ?? 1) > 1 &&
    ofRound.length > 0 &&
    isOver &&
    ofRound.some(({ status }) => status === 'completed')
  )
}
