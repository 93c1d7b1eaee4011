export { evolveProgress, noProgress, type Progress } from './progress.ts'
export { type StuckRules, StuckWatch } from './stuck-watch.ts'
