import { taskEvents, type TaskEvent, type TaskView } from '@mosaic/contracts/task'
import type { Fact, View } from '@mosaic/contracts/kernel'

/** A task: what is to be done, and whether somebody is at it. */
export const taskView: View<TaskView, Fact<TaskEvent>> = {
  version: 1,
  handles: Object.keys(taskEvents) as TaskEvent['type'][],
  keyOf: (event) => [event.data.taskId],
  begin(event) {
    if (event.type !== 'TaskCreated') return undefined
    const { taskId, missionId, source, description } = event.data
    return { taskId, missionId, source, description, status: 'open', sessionId: null }
  },
  evolve(task, event) {
    switch (event.type) {
      case 'TaskCreated':
        return task
      case 'TaskAssigned':
        return { ...task, status: 'assigned', sessionId: event.data.sessionId }
      case 'TaskCompleted':
        return { ...task, status: 'completed', sessionId: event.data.sessionId }
      case 'TaskFailed':
        return { ...task, status: 'failed', sessionId: event.data.sessionId }
    }
  },
}
