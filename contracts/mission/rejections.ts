/** Refusals of the mission decider, and of missions that are created. */
export const missionRejections = [
  'MISSION_NOT_FOUND',
  'MISSION_ENDED',
  /** Its tasks depend on each other in a circle, or on one that it does not have. */
  'MISSION_INVALID',
] as const
export type MissionRejection = (typeof missionRejections)[number]
