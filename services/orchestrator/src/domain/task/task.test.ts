import type { TaskEvent, TaskRejection } from '@mosaic/contracts/task'
import { expect, test } from 'vitest'
import { task, type TaskCommand } from './task.ts'

const taskId = '01890000-0000-7000-8000-000000000005'
const missionId = '01890000-0000-7000-8000-000000000004'
const sessionId = '01890000-0000-7000-8000-000000000001'
const other = '01890000-0000-7000-8000-000000000002'

const commands = {
  AssignTask: { type: 'AssignTask', taskId, missionId, source: 'internal', description: 'do it', sessionId },
  CompleteTask: { type: 'CompleteTask', sessionId, summary: 's' },
  FailTask: { type: 'FailTask', sessionId, reason: 'r' },
} as const satisfies { [Type in TaskCommand['type']]: Extract<TaskCommand, { type: Type }> }

const created: TaskEvent = {
  type: 'TaskCreated',
  data: { taskId, missionId, source: 'internal', description: 'do it' },
}
const assigned: TaskEvent = { type: 'TaskAssigned', data: { taskId, sessionId } }

const states = {
  none: [],
  open: [created],
  assigned: [created, assigned],
  'assigned to another': [created, { type: 'TaskAssigned', data: { taskId, sessionId: other } }],
  completed: [created, assigned, { type: 'TaskCompleted', data: { taskId, sessionId, summary: 's' } }],
  failed: [created, assigned, { type: 'TaskFailed', data: { taskId, sessionId, reason: 'r' } }],
} as const satisfies Record<string, readonly TaskEvent[]>

type Cell = readonly TaskEvent['type'][] | TaskRejection

const table: Record<keyof typeof states, Record<TaskCommand['type'], Cell>> = {
  none: { AssignTask: ['TaskCreated', 'TaskAssigned'], CompleteTask: 'TASK_NOT_FOUND', FailTask: 'TASK_NOT_FOUND' },
  open: { AssignTask: ['TaskAssigned'], CompleteTask: [], FailTask: [] },
  assigned: { AssignTask: [], CompleteTask: ['TaskCompleted'], FailTask: ['TaskFailed'] },
  'assigned to another': { AssignTask: ['TaskAssigned'], CompleteTask: [], FailTask: [] },
  completed: { AssignTask: 'TASK_ENDED', CompleteTask: 'TASK_ENDED', FailTask: 'TASK_ENDED' },
  failed: { AssignTask: 'TASK_ENDED', CompleteTask: 'TASK_ENDED', FailTask: 'TASK_ENDED' },
}

const cells = Object.entries(table).flatMap(([state, row]) =>
  Object.entries(row).map(([command, cell]) => ({
    state: state as keyof typeof states,
    command: command as TaskCommand['type'],
    cell,
  })),
)

test.each(cells)('$state × $command → $cell', ({ state, command, cell }) => {
  const folded = (states[state] as readonly TaskEvent[]).reduce(task.evolve, task.initialState)
  const decided = task.decide(commands[command], folded)
  expect(decided.ok ? decided.value.map(({ type }) => type) : decided.error.code).toEqual(cell)
})
