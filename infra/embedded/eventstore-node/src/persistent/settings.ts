import type { FilterRequest } from '../wire/read-request.ts'

export const ALL = '$all'

export interface GroupSettings {
  resolveLinks: boolean
  extraStatistics: boolean
  messageTimeoutMs: number
  maxRetryCount: number
  /** 0: never because of time. */
  checkpointAfterMs: number
  minCheckpointCount: number
  maxCheckpointCount: number
  /** 0: any number. */
  maxSubscriberCount: number
  liveBufferSize: number
  readBatchSize: number
  historyBufferSize: number
  strategy: string
}

/** A revision, or for $all a position; inclusive, -1 for what comes next. */
export interface StartFrom {
  commit: number
  /** The same as `commit` for a stream. */
  prepare: number
}

export const FROM_START: StartFrom = { commit: 0, prepare: 0 }
export const FROM_END: StartFrom = { commit: -1, prepare: -1 }
export const isFromEnd = ({ commit, prepare }: StartFrom): boolean => commit === -1 && prepare === -1

export interface GroupConfig {
  /** A stream, or {@link ALL}. */
  stream: string
  group: string
  startFrom: StartFrom
  filter?: FilterRequest | undefined
  settings: GroupSettings
}

/** Why the real server would not begin there; `newest` is the position of the newest event. */
export function unreachable(stream: string, { commit, prepare }: StartFrom, newest: number): string | undefined {
  const invalid = 'Invalid Start From position: '
  if (stream !== ALL) return undefined
  if (prepare > commit) return `${invalid}prepare position must be less than or equal to the commit position.`
  if (commit > newest) {
    return `${invalid}commit position must be less than or equal to the last commit position in the transaction file.`
  }
  if (prepare <= -1 && !isFromEnd({ commit, prepare })) {
    return `${invalid}prepare and commit positions must be greater than or equal to 0 or both equal to -1.`
  }
  return undefined
}

/** Why the real server would not run a group with these settings. */
export const unusable = ({ readBatchSize, historyBufferSize }: GroupSettings): string | undefined =>
  readBatchSize >= historyBufferSize
    ? "Specified argument was out of the range of valid values. (Parameter 'ReadBatchSize may not be greater than or equal to BufferSize')"
    : undefined
