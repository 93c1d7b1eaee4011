export { createKillers, type Killers } from './killers.ts'
export { orByKiller } from './or-by-killer.ts'
export { killAllBy, killBy, scopeTarget, strikeOf } from './strikes.ts'
