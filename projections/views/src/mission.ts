import type { Fact, View } from '@mosaic/contracts/kernel'
import { missionEvents, type MissionEvent, type MissionView } from '@mosaic/contracts/mission'

/** A mission: its objective, the tasks that it planned, and whether it goes on. */
export const missionView: View<MissionView, Fact<MissionEvent>> = {
  version: 3,
  handles: Object.keys(missionEvents) as MissionEvent['type'][],
  keyOf: (event) => [event.data.missionId],
  begin(event) {
    if (event.type !== 'MissionCreated') return undefined
    const { revision, metadata } = event
    const { tasks, ...described } = event.data
    return {
      ...described,
      workspaceId: metadata.workspaceId,
      tasks: tasks.map(({ taskId, key, title, plan }) => ({ taskId, key, title, dependsOn: plan.dependsOn })),
      status: 'running',
      reason: null,
      createdBy: metadata.actor,
      createdAt: metadata.occurredAt,
      endedAt: null,
      revision,
    }
  },
  evolve: (mission, event) =>
    event.revision <= mission.revision ? mission : { ...mission, ...change(event), revision: event.revision },
}

function change(event: Fact<MissionEvent>): Partial<MissionView> {
  const endedAt = event.metadata.occurredAt
  switch (event.type) {
    case 'MissionCreated':
      return {}
    case 'MissionPaused':
      return { status: 'paused', reason: event.data.reason }
    case 'MissionResumed':
      return { status: 'running', reason: null }
    case 'MissionCancelled':
      return { status: 'cancelled', reason: event.data.reason, endedAt }
    case 'MissionEnded':
      return { status: event.data.outcome, reason: null, endedAt }
  }
}
