export type { Ages } from './expired.ts'
export { Retention } from './retention.ts'
export { sweepNowAndThen } from './sweep.ts'
