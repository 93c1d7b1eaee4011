import type { NewEvent } from '@mosaic/event-store'
import { uuidv5 } from '@mosaic/event-store'
import { asked, facts, id, kept } from '@mosaic/kit'
import { entriesOf } from '@mosaic/reactions'
import { expect, test } from 'vitest'
import type { TaskCommand } from '../domain/task/task.ts'
import { spreadOf } from '../spread.ts'
import { tellTask } from './tell-task.ts'

const { spawned, completed, failed, killed, released } = facts
const sessionId = id(1)
const taskId = id(2)
const started: NewEvent = { type: 'AgentStarted', data: { sessionId, resumed: false } }
const failure = (reason: string, isFinal: boolean): TaskCommand => ({
  type: 'FailTask',
  sessionId,
  reason,
  isFinal,
  at: expect.any(Date) as Date,
  spread: spreadOf(sessionId),
})
const spawn = spawned(sessionId, { taskId, missionId: id(3), task: 'do it' })

test.each<[string, NewEvent[], TaskCommand]>([
  [
    'its beginning',
    [spawn],
    {
      type: 'AssignTask',
      taskId,
      missionId: id(3),
      source: 'internal',
      title: 'do it',
      instructions: 'do it',
      sessionId,
    },
  ],
  ['its start', [spawn, started], { type: 'StartTask', sessionId }],
  ['a good end', [spawn, completed(sessionId)], { type: 'CompleteTask', sessionId, summary: 'done' }],
  ['an end that a person asked for', [spawn, completed(sessionId, 'terminated')], failure('terminated', true)],
  ['a failure', [spawn, failed(sessionId)], failure('INTERNAL: broken', false)],
  ['a kill', [spawn, killed(sessionId)], failure('killed', true)],
])('the task is told of %s of its session', (_, events, command) => {
  expect(asked(tellTask, ...events)).toEqual([
    { to: 'task', id: taskId, command, key: command.type, commandId: uuidv5(`${sessionId}/${command.type}`) },
  ])
})

test('nothing is told of a session whose beginning nobody has seen, nor of other events', () => {
  expect(asked(tellTask, completed(sessionId))).toEqual([])
  expect(asked(tellTask, spawn, released(sessionId))).toEqual([])
})

test('what is kept is the sessions that are alive', () => {
  const other = spawned(id(4), { taskId: id(5) })
  expect(entriesOf(kept(tellTask, spawn, other, killed(sessionId)))).toEqual([[id(4), id(5)]])
})
