import type { Register } from '../../cli.ts'

/** The local tier's commands: up, down, status, doctor, logs, reset, eventstore. */
export const registerTier: Register = (_program) => {}
