import type { ApprovalPolicy } from '@mosaic/contracts/approval'
import type { BudgetTerms } from '@mosaic/contracts/budget'
import { type Decider, err, ok, type Rejection, type Result } from '@mosaic/contracts/kernel'
import type { MissionEvent, MissionRejection, PlannedTask } from '@mosaic/contracts/mission'

export type Mission =
  | { readonly status: 'none' }
  | { readonly status: 'running' | 'paused' | 'completed' | 'failed' | 'cancelled'; readonly missionId: string }

export type MissionCommand =
  | {
      readonly type: 'CreateMission'
      readonly missionId: string
      readonly title: string
      readonly objective: string
      readonly acceptance: readonly string[]
      readonly tasks: readonly PlannedTask[]
      readonly budget: BudgetTerms | null
      readonly approvals: ApprovalPolicy | null
    }
  | { readonly type: 'PauseMission'; readonly reason: string | null }
  | { readonly type: 'ResumeMission' }
  | { readonly type: 'CancelMission'; readonly reason: string | null }
  | { readonly type: 'EndMission'; readonly outcome: 'completed' | 'failed' }

type Decision = Result<readonly MissionEvent[], Rejection<MissionRejection>>

const ended = (status: string): Decision => err({ code: 'MISSION_ENDED', message: `the mission is ${status} already` })

function decide(command: MissionCommand, mission: Mission): Decision {
  if (command.type === 'CreateMission') {
    const { type: _, acceptance, tasks, ...described } = command
    const data = { ...described, acceptance: [...acceptance], tasks: [...tasks] }
    return ok(mission.status === 'none' ? [{ type: 'MissionCreated', data }] : [])
  }
  if (mission.status === 'none') return err({ code: 'MISSION_NOT_FOUND', message: 'there is no such mission' })
  const { status, missionId } = mission
  const isOver = status !== 'running' && status !== 'paused'
  switch (command.type) {
    case 'PauseMission':
      if (isOver) return ended(status)
      return ok(status === 'paused' ? [] : [{ type: 'MissionPaused', data: { missionId, reason: command.reason } }])
    case 'ResumeMission':
      if (isOver) return ended(status)
      return ok(status === 'running' ? [] : [{ type: 'MissionResumed', data: { missionId } }])
    case 'CancelMission':
      if (status === 'cancelled') return ok([])
      if (isOver) return ended(status)
      return ok([{ type: 'MissionCancelled', data: { missionId, reason: command.reason } }])
    case 'EndMission':
      return ok(isOver ? [] : [{ type: 'MissionEnded', data: { missionId, outcome: command.outcome } }])
  }
}

function evolve(mission: Mission, event: MissionEvent): Mission {
  const { missionId } = event.data
  switch (event.type) {
    case 'MissionCreated':
    case 'MissionResumed':
      return { status: 'running', missionId }
    case 'MissionPaused':
      return { status: 'paused', missionId }
    case 'MissionCancelled':
      return { status: 'cancelled', missionId }
    case 'MissionEnded':
      return { status: event.data.outcome, missionId }
  }
}

/** Tasks that belong together, from their plan to the end of the last of them. */
export const mission: Decider<Mission, MissionCommand, MissionEvent, MissionRejection> = {
  initialState: { status: 'none' },
  decide,
  evolve,
}
