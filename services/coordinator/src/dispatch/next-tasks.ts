import type { QueuedTask } from './queued-task.ts'

/** How many attempts may be on their way or at work at once. */
export type QueueLimits = {
  readonly workspace: number
  readonly mission: number
  readonly runtime: number
  readonly model: number
}

type Look = {
  readonly tasks: Iterable<QueuedTask>
  readonly now: Date
  /** A task gains one of priority for so many minutes of waiting, so that none waits for good. */
  readonly ageingMinutes: number
  /** Whether its workspace or mission stands still. */
  readonly isHeld: (task: QueuedTask) => boolean
}

/** The tasks that wait for nothing but their turn and what they depend on, the next one first: by priority and age. */
export function dueTasks({ tasks, now, ageingMinutes, isHeld }: Look): QueuedTask[] {
  const due = [...tasks].filter((task) => task.status === 'pending' && isDue(task, now) && !isHeld(task))
  const weighed = due.map((task) => ({ task, weight: weightOf(task, now, ageingMinutes) }))
  weighed.sort((a, b) => b.weight - a.weight || compare(a.task.since, b.task.since))
  return weighed.map(({ task }) => task)
}

/**
 * When the next task that only waits for a moment is due; `null` where none does. One whose moment has come waits for
 * something else, of which no clock tells.
 */
export function nextMoment(tasks: Iterable<QueuedTask>, now: Date): Date | null {
  let next = Infinity
  for (const { status, notBefore } of tasks) {
    const at = status === 'pending' && notBefore !== null ? Date.parse(notBefore) : NaN
    if (at > now.getTime() && at < next) next = at
  }
  return next === Infinity ? null : new Date(next)
}

const isDue = ({ notBefore }: QueuedTask, now: Date): boolean => notBefore === null || new Date(notBefore) <= now

const weightOf = ({ priority, since }: QueuedTask, now: Date, ageingMinutes: number): number =>
  priority + (now.getTime() - new Date(since).getTime()) / 60_000 / ageingMinutes

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** What the limits leave room for, beside the attempts that are on their way or at work. */
export class Room {
  readonly #limits: QueueLimits
  readonly #counts = new Map<string, number>()

  constructor(tasks: Iterable<QueuedTask>, limits: QueueLimits) {
    this.#limits = limits
    for (const task of tasks) if (task.status !== 'pending') this.#add(task)
  }

  /** Counts a task in where every limit has room for all its attempts; one that alone is too large goes alone. */
  admit(task: QueuedTask): boolean {
    const fits = keysOf(task).every(({ key, attempts, limit }) => {
      const running = this.#counts.get(key) ?? 0
      return running === 0 || running + attempts <= this.#limits[limit]
    })
    if (fits) this.#add(task)
    return fits
  }

  #add(task: QueuedTask): void {
    for (const { key, attempts } of keysOf(task)) this.#counts.set(key, (this.#counts.get(key) ?? 0) + attempts)
  }
}

type Key = { readonly key: string; readonly attempts: number; readonly limit: keyof QueueLimits }

function keysOf({ workspaceId, missionId, plan: { models, spawn } }: QueuedTask): Key[] {
  const all = models.length
  const perModel = Map.groupBy(models, (model) => model ?? '')
  return [
    { key: `workspace/${workspaceId}`, attempts: all, limit: 'workspace' },
    { key: `mission/${missionId}`, attempts: all, limit: 'mission' },
    { key: `runtime/${spawn.runtime}`, attempts: all, limit: 'runtime' },
    ...[...perModel].map(([model, { length }]): Key => ({ key: `model/${model}`, attempts: length, limit: 'model' })),
  ]
}
