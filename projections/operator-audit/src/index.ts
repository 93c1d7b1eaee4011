export { operatorAuditProjection } from './projection.ts'
export { type AuditFilter, findAudit } from './queries.ts'
