export { missionsProjection } from './projection.ts'
export { findMission, findMissions, type MissionFilter } from './queries.ts'
