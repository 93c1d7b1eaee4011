export { queueProjection } from './projection.ts'
export { readPause } from './queries.ts'
