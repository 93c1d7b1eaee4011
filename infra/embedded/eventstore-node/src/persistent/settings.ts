import type { ProtoReader } from '../wire/protobuf.ts'
import type { FilterRequest } from '../wire/read-request.ts'

export const ALL = '$all'
/** `startFrom` of a group that begins with what comes after its creation. */
export const FROM_END = -1

export interface GroupSettings {
  resolveLinks: boolean
  extraStatistics: boolean
  messageTimeoutMs: number
  maxRetryCount: number
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

/** A group as it is kept in the store. */
export interface GroupConfig {
  /** A stream, or {@link ALL}. */
  stream: string
  group: string
  /** A revision, or for $all a position; inclusive. */
  startFrom: number
  /** Where it began when it was to start from the end. */
  startedAfter: number
  filter?: FilterRequest
  settings: GroupSettings
}

const STRATEGY_NUMBERS = ['DispatchToSingle', 'RoundRobin', 'Pinned'] as const
const TICKS_PER_MS = 10_000

export interface ReceivedSettings extends GroupSettings {
  /** Clients before 21.10 send the start of a stream's group with its settings. */
  revision: bigint | undefined
}

const empty = (): ReceivedSettings => ({
  resolveLinks: false,
  extraStatistics: false,
  messageTimeoutMs: 0,
  maxRetryCount: 0,
  checkpointAfterMs: 0,
  minCheckpointCount: 0,
  maxCheckpointCount: 0,
  maxSubscriberCount: 0,
  liveBufferSize: 0,
  readBatchSize: 0,
  historyBufferSize: 0,
  strategy: 'DispatchToSingle',
  revision: undefined,
})

type Assign = (settings: ReceivedSettings, reader: ProtoReader) => void

const FIELDS: Record<number, Assign> = {
  1: (settings, reader) => (settings.resolveLinks = reader.bool()),
  2: (settings, reader) => (settings.revision = reader.uint64()),
  3: (settings, reader) => (settings.extraStatistics = reader.bool()),
  4: (settings, reader) => (settings.messageTimeoutMs = Number(reader.int64()) / TICKS_PER_MS),
  5: (settings, reader) => (settings.maxRetryCount = reader.int32()),
  6: (settings, reader) => (settings.checkpointAfterMs = Number(reader.int64()) / TICKS_PER_MS),
  7: (settings, reader) => (settings.minCheckpointCount = reader.int32()),
  8: (settings, reader) => (settings.maxCheckpointCount = reader.int32()),
  9: (settings, reader) => (settings.maxSubscriberCount = reader.int32()),
  10: (settings, reader) => (settings.liveBufferSize = reader.int32()),
  11: (settings, reader) => (settings.readBatchSize = reader.int32()),
  12: (settings, reader) => (settings.historyBufferSize = reader.int32()),
  13: (settings, reader) => (settings.strategy = STRATEGY_NUMBERS[reader.number()] ?? 'RoundRobin'),
  14: (settings, reader) => (settings.messageTimeoutMs = reader.int32()),
  15: (settings, reader) => (settings.checkpointAfterMs = reader.int32()),
  16: (settings, reader) => (settings.strategy = reader.string() || settings.strategy),
}

/** Reads the Settings of CreateReq and UpdateReq. */
export function readSettings(reader: ProtoReader): ReceivedSettings {
  const settings = empty()
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    const assign = FIELDS[field]
    if (assign) assign(settings, reader)
    else reader.skip()
  }
  return settings
}

/** Why the real server would not run a group with these settings. */
export function unusable(settings: GroupSettings, strategies: readonly string[]): string | undefined {
  if (settings.readBatchSize >= settings.historyBufferSize) return 'The read batch size must be below the buffer size.'
  if (!strategies.includes(settings.strategy)) return `Consumer strategy ${settings.strategy} does not exist.`
  return undefined
}
