import type { RejectionCode } from '@mosaic/contracts/http'
import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { CreateMission, PlannedTask } from '@mosaic/contracts/mission'
import { titleOf } from '@mosaic/contracts/task'
import { planOf } from '../tasks/plan.ts'

type Asked = CreateMission['tasks'][number]
type Refused = Rejection<RejectionCode>

/** The tasks of a mission, each with those that it waits for; refused where they wait for each other. */
export function plannedTasks(
  { tasks, order }: CreateMission,
  idOf: (key: string) => string,
): Result<PlannedTask[], Refused> {
  const dependsOn = tasks.map(({ key, dependsOn: named }, index) => {
    const before = order === 'sequence' && index > 0 ? [tasks[index - 1]!.key] : []
    return { key, dependsOn: [...new Set([...named, ...before])] }
  })
  const refusal = firstFault(tasks) ?? circle(dependsOn)
  if (refusal) return err(refusal)
  return ok(
    tasks.map(({ key, title, instructions, ...fields }, index) => ({
      taskId: idOf(key),
      key,
      title: title ?? titleOf(instructions),
      instructions,
      plan: planOf(fields, dependsOn[index]!.dependsOn.map(idOf)),
    })),
  )
}

const invalid = (message: string, field: string): Refused => ({ code: 'MISSION_INVALID', message, field })

function firstFault(tasks: readonly Asked[]): Refused | undefined {
  const keys = tasks.map(({ key }) => key)
  for (const [index, { key, dependsOn }] of tasks.entries()) {
    if (keys.indexOf(key) < index) return invalid(`there are two tasks with the key ${key}`, `tasks.${index}.key`)
    const unknown = dependsOn.findIndex((each) => !keys.includes(each))
    if (unknown < 0) continue
    const message = `${key} waits for ${dependsOn[unknown]}, and the mission has no task of that key`
    return invalid(message, `tasks.${index}.dependsOn.${unknown}`)
  }
  return undefined
}

type Waiting = { readonly key: string; readonly dependsOn: readonly string[] }

/** Takes away whatever waits for nothing that is left, until nothing does: what is left then is or leads to a circle. */
function circle(tasks: readonly Waiting[]): Refused | undefined {
  let left = tasks
  for (;;) {
    const keys = new Set(left.map(({ key }) => key))
    const waiting = left.filter(({ dependsOn }) => dependsOn.some((key) => keys.has(key)))
    if (waiting.length === 0) return undefined
    if (waiting.length === left.length) break
    left = waiting
  }
  const round = roundOf(left)
  const index = tasks.findIndex(({ key }) => key === round[0])
  return invalid(`tasks wait for each other: ${[...round, round[0]].join(' → ')}`, `tasks.${index}.dependsOn`)
}

/** Following any of those that are left comes back to itself. */
function roundOf(left: readonly Waiting[]): string[] {
  const next = new Map(
    left.map(({ key, dependsOn }) => [key, dependsOn.find((each) => left.some((one) => one.key === each))]),
  )
  const path: string[] = []
  let at = left[0]!.key
  while (!path.includes(at)) {
    path.push(at)
    at = next.get(at)!
  }
  return path.slice(path.indexOf(at))
}
