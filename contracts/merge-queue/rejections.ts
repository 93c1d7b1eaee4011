/** Refusals of the merge-queue decider, and of what is asked before anything is queued. */
export const mergeQueueRejections = [
  'LANDING_NOT_FOUND',
  /** The base is being moved to it. */
  'LANDING_UNDER_WAY',
  /** The branch is in this queue already. */
  'ALREADY_QUEUED',
  /** The base has all of it. */
  'NOTHING_TO_LAND',
] as const
export type MergeQueueRejection = (typeof mergeQueueRejections)[number]
