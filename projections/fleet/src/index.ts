export { fleetProjection } from './projection.ts'
export { readFleet } from './queries.ts'
