import type { ProtoReader } from '../wire/protobuf.ts'
import type { GroupSettings } from './settings.ts'

const STRATEGY_NUMBERS = ['DispatchToSingle', 'RoundRobin', 'Pinned'] as const
const TICKS_PER_MS = 10_000
const MIN_INT32 = -(2 ** 31)

export interface ReceivedSettings extends GroupSettings {
  /** Clients before 21.10 send the start of a stream's group with its settings. */
  revision: bigint
  /** The strategy by name, which Create alone knows. */
  named: string
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
  revision: 0n,
  named: '',
})

/** Milliseconds as an int32; what does not fit becomes what .NET makes of it. */
function fromTicks(ticks: bigint): number {
  const ms = Math.trunc(Number(ticks) / TICKS_PER_MS)
  return ms === (ms | 0) ? ms : MIN_INT32
}

const strategyOf = (number: number): string => STRATEGY_NUMBERS[number] ?? String(number)

type Assign = (settings: ReceivedSettings, reader: ProtoReader) => void

const FIELDS: Record<number, Assign> = {
  1: (settings, reader) => (settings.resolveLinks = reader.bool()),
  2: (settings, reader) => (settings.revision = reader.uint64()),
  3: (settings, reader) => (settings.extraStatistics = reader.bool()),
  4: (settings, reader) => (settings.messageTimeoutMs = fromTicks(reader.int64())),
  5: (settings, reader) => (settings.maxRetryCount = reader.int32()),
  6: (settings, reader) => (settings.checkpointAfterMs = fromTicks(reader.int64())),
  7: (settings, reader) => (settings.minCheckpointCount = reader.int32()),
  8: (settings, reader) => (settings.maxCheckpointCount = reader.int32()),
  9: (settings, reader) => (settings.maxSubscriberCount = reader.int32()),
  10: (settings, reader) => (settings.liveBufferSize = reader.int32()),
  11: (settings, reader) => (settings.readBatchSize = reader.int32()),
  12: (settings, reader) => (settings.historyBufferSize = reader.int32()),
  13: (settings, reader) => (settings.strategy = strategyOf(reader.int32())),
  14: (settings, reader) => (settings.messageTimeoutMs = reader.int32()),
  15: (settings, reader) => (settings.checkpointAfterMs = reader.int32()),
  16: (settings, reader) => (settings.named = reader.string()),
}

/** Reads the Settings of CreateReq and UpdateReq. */
export function readSettings(reader: ProtoReader): ReceivedSettings {
  const settings = empty()
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    const assign = FIELDS[field]
    if (assign) assign(settings, reader)
    else reader.skipField()
  }
  return settings
}
