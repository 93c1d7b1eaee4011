import { err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { TaskEvent, TaskRejection } from '@mosaic/contracts/task'
import { nextTry } from './back-off.ts'
import type { CommandOf } from './commands.ts'
import { type Attempts, isLive, isOpen, type LiveTask, type Task } from './state.ts'

export type Decision = Result<readonly TaskEvent[], Rejection<TaskRejection>>

export const notFound = (): Decision => err({ code: 'TASK_NOT_FOUND', message: 'there is no such task' })
export const ended = ({ status }: Task): Decision =>
  err({ code: 'TASK_ENDED', message: `the task has ended already: it is ${status}` })

/** How often a task that no worker can begin comes back into the queue. */
const mostRefusals = 5

export function assign(command: CommandOf<'AssignTask'>, task: Task): Decision {
  const { taskId, missionId, source, instructions, sessionId } = command
  const assigned = { type: 'TaskAssigned', data: { taskId, sessionId } } as const
  if (task.status === 'none') {
    const described = { taskId, missionId, source, title: command.title, instructions, externalKey: null, plan: null }
    return ok([{ type: 'TaskCreated', data: described }, assigned])
  }
  if (!isLive(task)) return ended(task)
  return ok(task.attempts[sessionId] ? [] : [assigned])
}

export function start({ sessionId }: CommandOf<'StartTask'>, task: Task): Decision {
  if (task.status === 'none') return notFound()
  if (!isLive(task)) return ended(task)
  const { taskId } = task
  return ok(
    task.attempts[sessionId]?.status === 'assigned' ? [{ type: 'TaskStarted', data: { taskId, sessionId } }] : [],
  )
}

/** A session speaks for the task only while its attempt goes on. */
export function end(command: CommandOf<'CompleteTask' | 'FailTask'>, task: Task): Decision {
  if (task.status === 'none') return notFound()
  if (!isLive(task)) return ended(task)
  const { sessionId } = command
  const attempt = task.attempts[sessionId]
  if (!attempt || !isOpen(attempt)) return ok([])
  const [outcome, summary] =
    command.type === 'CompleteTask' ? (['completed', command.summary] as const) : (['failed', command.reason] as const)
  if (!task.plan) return ok([over(task, { sessionId, outcome, summary })])
  const { taskId } = task
  const attempts = { ...task.attempts, [sessionId]: { status: outcome, summary } }
  const attemptEnded = { type: 'TaskAttemptEnded', data: { taskId, sessionId, outcome, summary } } as const
  return ok([attemptEnded, ...conclusion({ ...task, attempts }, command)])
}

/** A worker could not begin it. Where other attempts go on already, this one is lost. */
export function refuse(command: CommandOf<'RefuseDispatch'>, task: Task): Decision {
  if (task.status === 'none') return notFound()
  if (!isLive(task)) return ended(task)
  const { round, code, message, isFinal, at, spread } = command
  if (task.status === 'pending' || round !== task.round || unbegun(task) === 0) return ok([])
  const { taskId } = task
  const failed = (nextTryAt: string | null): TaskEvent => ({
    type: 'TaskDispatchFailed',
    data: { taskId, round, code, message, nextTryAt },
  })
  const failures = task.refusals + 1
  if (task.status === 'dispatched') {
    if (!isFinal && failures < mostRefusals) return ok([failed(nextTry(at, { failures, spread }))])
    return ok([failed(null), { type: 'TaskFailed', data: { taskId, sessionId: null, reason: `${code}: ${message}` } }])
  }
  const reason = `${code}: ${message}`
  return ok([
    failed(null),
    ...conclusion({ ...task, lost: task.lost + 1 }, { type: 'FailTask', reason, isFinal, at, spread }),
  ])
}

/** Attempts of this round of which nobody knows yet whether they can be begun. */
const unbegun = ({ plan, attempts, lost }: LiveTask): number =>
  plan ? plan.models.length - Object.keys(attempts).length - lost : 0

type Last = CommandOf<'CompleteTask'> | Omit<CommandOf<'FailTask'>, 'sessionId'>

/** What follows once the last attempt of a round is over: of several that have completed a person chooses. */
function conclusion(task: LiveTask, last: Last): TaskEvent[] {
  if (unbegun(task) > 0 || Object.values(task.attempts).some(isOpen)) return []
  const completed = completedOf(task.attempts)
  const [only] = completed
  if (only && task.plan?.models.length === 1) return [over(task, { ...only, outcome: 'completed' })]
  return completed.length > 0 || last.type === 'CompleteTask' ? [] : again(task, last)
}

function again(task: LiveTask, { reason, isFinal, at, spread }: Omit<CommandOf<'FailTask'>, 'sessionId'>): TaskEvent[] {
  const { taskId, plan, retries } = task
  if (!isFinal && plan && retries < plan.maxRetries) {
    const notBefore = nextTry(at, { failures: retries + 1, spread })
    return [{ type: 'TaskRetryScheduled', data: { taskId, notBefore, reason } }]
  }
  const sessionId = Object.keys(task.attempts).at(-1) ?? null
  return [{ type: 'TaskFailed', data: { taskId, sessionId, reason } }]
}

type Outcome = { readonly sessionId: string; readonly outcome: 'completed' | 'failed'; readonly summary: string }

const over = ({ taskId }: LiveTask, { sessionId, outcome, summary }: Outcome): TaskEvent =>
  outcome === 'completed'
    ? { type: 'TaskCompleted', data: { taskId, sessionId, summary } }
    : { type: 'TaskFailed', data: { taskId, sessionId, reason: summary } }

const completedOf = (attempts: Attempts) =>
  Object.entries(attempts).flatMap(([sessionId, attempt]) =>
    attempt.status === 'completed' ? [{ sessionId, summary: attempt.summary }] : [],
  )

export function choose({ sessionId }: CommandOf<'ChooseAttempt'>, task: Task): Decision {
  if (task.status === 'none') return notFound()
  if (!isLive(task)) return ended(task)
  const attempt = task.attempts[sessionId]
  if (attempt?.status !== 'completed') {
    const message = attempt ? `this attempt is ${attempt.status}` : 'no attempt at this task has that session'
    return err({ code: 'ATTEMPT_NOT_COMPLETED', message, field: 'sessionId' })
  }
  const { taskId } = task
  return ok([
    { type: 'TaskAttemptChosen', data: { taskId, sessionId } },
    { type: 'TaskCompleted', data: { taskId, sessionId, summary: attempt.summary } },
  ])
}
