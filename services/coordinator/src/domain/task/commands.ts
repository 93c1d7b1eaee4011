import type { TaskSource } from '@mosaic/contracts/agent-session'
import type { TaskPlan } from '@mosaic/contracts/task'

type Described = {
  readonly taskId: string
  readonly missionId: string
  readonly source: TaskSource
}

export type TaskCommand =
  | (Described & {
      readonly type: 'CreateTask'
      readonly title: string
      readonly instructions: string
      readonly externalKey: string | null
      readonly plan: TaskPlan
    })
  /** Its turn has come. */
  | { readonly type: 'DispatchTask' }
  /** Its turn has come, and nobody is there who could begin it. */
  | { readonly type: 'HoldTask'; readonly message: string }
  /** A worker could not begin it. `at` is now; `spread` from 0 to 1 keeps those apart that wait for the same. */
  | {
      readonly type: 'RefuseDispatch'
      readonly round: number
      readonly code: string
      readonly message: string
      readonly isFinal: boolean
      readonly at: Date
      readonly spread: number
    }
  /** Creates the task too, when nobody has. */
  | (Described & {
      readonly type: 'AssignTask'
      readonly title: string
      readonly instructions: string
      readonly sessionId: string
    })
  | { readonly type: 'StartTask'; readonly sessionId: string }
  | { readonly type: 'CompleteTask'; readonly sessionId: string; readonly summary: string }
  | {
      readonly type: 'FailTask'
      readonly sessionId: string
      readonly reason: string
      /** Trying again is of no use, or not wanted. */
      readonly isFinal: boolean
      readonly at: Date
      readonly spread: number
    }
  | { readonly type: 'ChooseAttempt'; readonly sessionId: string }
  | { readonly type: 'ReprioritiseTask'; readonly priority: number }
  | { readonly type: 'CancelTask'; readonly reason: string | null }
  | { readonly type: 'RetryTask' }
  /** What it waits for will never be. */
  | { readonly type: 'AbandonTask'; readonly reason: string }

export type CommandOf<Type extends TaskCommand['type']> = Extract<TaskCommand, { type: Type }>
