export { dashboardProjection } from './projection.ts'
export { readDashboard } from './queries.ts'
