export { commandContext, messageRecorded, spawnRequested } from './builders.ts'
export { type Engine, startEventStore, startMessaging } from './engines.ts'
export { eventually } from './eventually.ts'
export { specification } from './specification.ts'
