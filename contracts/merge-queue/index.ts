export { removeLanding, requestLanding, type RequestLanding } from './commands.ts'
export { mergeQueueEvents, type MergeQueueEvent } from './events.ts'
export { type MergeQueueRejection, mergeQueueRejections } from './rejections.ts'
export {
  checkedStack,
  checkStack,
  type CheckStack,
  type NotStacked,
  pushedStack,
  type PushedStack,
  pushStack,
  type PushStack,
  stackedLandings,
  type StackedLandings,
  stackLandings,
  type StackLandings,
} from './steps.ts'
export { mergeQueueStream } from './stream.ts'
export { type LandingView, mergeQueueView, type MergeQueueView, mostOver } from './views.ts'
export {
  type LandedBranch,
  type LandingHow,
  landingHow,
  type LandingObstacle,
  type LandingStack,
  type ReturnTo,
  returnTo,
} from './vocabulary.ts'
