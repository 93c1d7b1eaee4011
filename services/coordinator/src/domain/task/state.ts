import type { TaskPlan } from '@mosaic/contracts/task'

/** One agent's work on a task, by its session. */
export type Attempt =
  | { readonly status: 'assigned' | 'executing' }
  | { readonly status: 'completed' | 'failed'; readonly summary: string }
export type Attempts = Readonly<Record<string, Attempt>>

type Known = {
  readonly taskId: string
  readonly missionId: string
  readonly plan: TaskPlan | null
  readonly priority: number
  /** Counts its dispatches. */
  readonly round: number
  /** Of this round. */
  readonly attempts: Attempts
  /** Attempts of this round that no worker could begin. */
  readonly lost: number
  /** How often it has been tried again since it was created or reopened, and not been begun in a row. */
  readonly retries: number
  readonly refusals: number
  /** That it waits for a worker was said. */
  readonly isHeld: boolean
}

export type Task =
  | { readonly status: 'none' }
  | ({ readonly status: 'pending' | 'dispatched' | 'assigned' | 'executing' } & Known)
  | ({ readonly status: 'completed' | 'failed' | 'cancelled' } & Known)

export type LiveTask = Extract<Task, { status: 'pending' | 'dispatched' | 'assigned' | 'executing' }>

export const isLive = (task: Task): task is LiveTask =>
  task.status === 'pending' || task.status === 'dispatched' || isAtWork(task)

const isAtWork = (task: Task): boolean => task.status === 'assigned' || task.status === 'executing'

export const isOpen = ({ status }: Attempt): boolean => status === 'assigned' || status === 'executing'
