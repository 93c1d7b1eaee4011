export { operatorEvents, type OperatorEvent } from './events.ts'
export { consoleLayout, type ConsoleLayout } from './layout.ts'
export { mayActAs, role, type Role } from './role.ts'
export { auditEntry, operatorView, type AuditEntry, type OperatorView } from './views.ts'
