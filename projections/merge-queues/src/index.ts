export { mergeQueuesProjection } from './projection.ts'
export { findMergeQueues } from './queries.ts'
