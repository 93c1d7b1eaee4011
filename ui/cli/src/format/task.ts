import type { MissionProgress } from '@mosaic/contracts/mission'
import {
  type AttemptView,
  type ComparedAttempt,
  type QueueStats,
  taskHasEnded,
  type TaskStatus,
  type TaskView,
} from '@mosaic/contracts/task'
import pc from 'picocolors'
import { attemptsText } from './attempts.ts'
import { table } from './table.ts'
import { termsRows } from './terms.ts'
import { dateTime, duration, harmless, oneLine, shortIds } from './text.ts'

const colours: Readonly<Record<TaskStatus, (text: string) => string>> = {
  pending: pc.dim,
  dispatched: pc.cyan,
  assigned: pc.cyan,
  executing: pc.green,
  completed: pc.green,
  failed: pc.red,
  cancelled: pc.yellow,
}

export const taskMark = (status: TaskStatus): string => colours[status](status)

/** What it waits for, or why it is where it is. */
function noteOf({ status, notBefore, trouble, plan, attempts }: TaskView, now: Date): string {
  const waits = status === 'pending' && notBefore !== null ? new Date(notBefore).getTime() - now.getTime() : 0
  const parts = [
    waits > 0 && `in ${duration(waits)}`,
    status === 'pending' && waits <= 0 && plan && plan.dependsOn.length > 0 && `after ${plan.dependsOn.length}`,
    isToChoose({ status, attempts }) && `one of ${attempts.filter((attempt) => attempt.status === 'completed').length}`,
    trouble && oneLine(trouble.message, 60),
  ]
  return parts.filter(Boolean).join(' · ')
}

const isOver = ({ status }: AttemptView) => status === 'completed' || status === 'failed'

/** All have ended, and a person has to say which of them is taken. */
const isToChoose = ({ status, attempts }: Pick<TaskView, 'status' | 'attempts'>): boolean =>
  !taskHasEnded(status) && attempts.some((attempt) => attempt.status === 'completed') && attempts.every(isOver)

/** Nothing executes while the choice is open. */
const standingOf = (task: TaskView): string => (isToChoose(task) ? pc.yellow('to be chosen') : taskMark(task.status))

export function taskTable(tasks: readonly TaskView[], now: Date): string {
  const ids = shortIds(tasks.map(({ taskId }) => taskId))
  return table(
    ['id', 'key', 'priority', 'status', 'attempts', 'age', 'title', ''],
    tasks.map((task) => [
      ids.get(task.taskId)!,
      oneLine(task.externalKey ?? '', 20),
      task.priority ?? '',
      standingOf(task),
      task.attempts.length,
      duration(now.getTime() - new Date(task.createdAt).getTime()),
      oneLine(task.title, 50),
      pc.dim(noteOf(task, now)),
    ]),
  )
}

/** A task, and its attempts side by side. */
/** `mission`: as it is shown; nothing where it belongs to none that somebody began. */
export function taskDetails(
  task: TaskView,
  compared: readonly ComparedAttempt[],
  { now, mission }: { now: Date; mission: string | null },
): string {
  const { plan, trouble } = task
  const rows: [string, string | number | null | undefined | false][] = [
    ['task', task.taskId],
    ['key', task.externalKey],
    ['title', task.title],
    ['status', `${standingOf(task)}${noteOf(task, now) ? pc.dim(`  ${noteOf(task, now)}`) : ''}`],
    ['priority', task.priority],
    ['mission', mission],
    ['repository', plan?.spawn.repository],
    ['branch', plan?.spawn.branch],
    ['models', plan?.models.map((model) => model ?? "the workspace's own").join(', ')],
    ...(plan ? termsRows(plan.spawn) : []),
    ['waits for', plan?.dependsOn.join(', ')],
    ['retries', plan && `${plan.maxRetries} at most`],
    ['added', `${dateTime(task.createdAt)} by ${task.createdBy.name ?? task.createdBy.id}`],
    ['ended', task.endedAt && dateTime(task.endedAt)],
    ['trouble', trouble && (trouble.code ? `${trouble.code}: ${trouble.message}` : trouble.message)],
    ['summary', task.summary],
  ]
  const known = rows.filter(([, value]) => value !== null && value !== undefined && value !== false && value !== '')
  const lines = known.map(([name, value]) => `${pc.dim(name.padEnd(11))}${harmless(String(value))}`)
  const attempts = compared.length > 0 ? ['', attemptsText(compared)] : []
  return [...lines, '', harmless(task.instructions), ...attempts, ...choiceLines(task)].join('\n')
}

/** What can be done about several of which none is taken yet. */
function choiceLines({ taskId, plan, status, attempts }: TaskView): string[] {
  const isOpen = (plan?.models.length ?? 1) > 1 && !taskHasEnded(status)
  if (!isOpen || !attempts.some((attempt) => attempt.status === 'completed')) return []
  return ['', pc.dim(`mosaic work diff ATTEMPT · mosaic task choose ${taskId} ATTEMPT · mosaic work land ${taskId}`)]
}

export function queueText(stats: QueueStats): string {
  const { pending, delayed, blocked, dispatched, active, completed, failed, cancelled, oldestAgeSeconds, paused } =
    stats
  const held = [delayed > 0 && `${delayed} for a moment`, blocked > 0 && `${blocked} for other tasks`].filter(Boolean)
  const lines = [
    `${pc.bold(String(pending))} pending${held.length > 0 ? pc.dim(` (${held.join(', ')})`) : ''}, ${dispatched} on their way, ${active} at work`,
    `${completed} completed, ${failed} failed, ${cancelled} cancelled`,
  ]
  if (oldestAgeSeconds !== null) lines.push(`The oldest has been waiting for ${duration(oldestAgeSeconds * 1000)}.`)
  if (paused) {
    const reason = paused.reason ? `: ${oneLine(paused.reason, 80)}` : ''
    lines.push(pc.yellow(`Paused since ${dateTime(paused.since)} by ${paused.by.name ?? paused.by.id}${reason}`))
  }
  return lines.join('\n')
}

const ended = ['completed', 'failed', 'cancelled'] as const
const total = ({ progress }: MissionProgress) => Object.values(progress).reduce((sum, count) => sum + (count ?? 0), 0)

/** How many of its tasks are over, and how. */
export function progressText(mission: MissionProgress): string {
  const over = ended.flatMap((status) => {
    const count = mission.progress[status] ?? 0
    return count > 0 ? [`${count} ${status}`] : []
  })
  // Right after its beginning its tasks are still on their way.
  return `${over.length > 0 ? over.join(', ') : 'none ended'} of ${Math.max(total(mission), mission.tasks.length)}`
}

export function missionTable(missions: readonly MissionProgress[], now: Date): string {
  const ids = shortIds(missions.map(({ missionId }) => missionId))
  return table(
    ['id', 'status', 'tasks', 'age', 'title'],
    missions.map((mission) => [
      ids.get(mission.missionId)!,
      mission.status,
      progressText(mission),
      duration(now.getTime() - new Date(mission.createdAt).getTime()),
      oneLine(mission.title, 60),
    ]),
  )
}

export function missionDetails(
  mission: MissionProgress,
  tasks: readonly TaskView[],
  { now, budget }: { now: Date; budget: string | null },
): string {
  const { missionId, title, status, reason, objective, acceptance, createdAt, createdBy } = mission
  const head = [
    `${pc.dim('mission'.padEnd(11))}${missionId}`,
    `${pc.dim('title'.padEnd(11))}${harmless(title)}`,
    `${pc.dim('status'.padEnd(11))}${status}${reason ? pc.dim(`  ${oneLine(reason, 80)}`) : ''}`,
    `${pc.dim('tasks'.padEnd(11))}${progressText(mission)}`,
    ...(budget === null ? [] : [`${pc.dim('budget'.padEnd(11))}${budget}`]),
    `${pc.dim('begun'.padEnd(11))}${dateTime(createdAt)} by ${createdBy.name ?? createdBy.id}`,
    '',
    harmless(objective),
  ]
  const wanted = acceptance.map((each) => `- ${harmless(each)}`)
  return [...head, ...(wanted.length > 0 ? ['', ...wanted] : []), '', taskTable(tasks, now)].join('\n')
}
