import type { Reader } from '../storage/reader.ts'
import type { Writer } from '../storage/writer.ts'
import { viewRecord } from '../wire/record.ts'
import type { FilterRequest } from '../wire/read-request.ts'
import { appendOwn, writeMetadata } from './own-streams.ts'
import { ALL, type GroupConfig, type GroupSettings, type StartFrom } from './settings.ts'
import { unixTime } from '../clock.ts'

/** Where EventStoreDB keeps the groups, too. */
const CONFIG_STREAM = '$persistentSubscriptionConfig'
const TYPE = '$PersistentConfig'

interface FilterEntry {
  context: 'streamid' | 'eventtype'
  type: 'regex' | 'prefix'
  data: string
  isAllStream: true
}

/** A group as it stands in the store: what is empty, 0 or false is left out. */
interface Entry {
  stream: string
  group?: string
  filter?: FilterEntry
  resolveLinkTos?: boolean
  extraStatistics?: boolean
  messageTimeout?: number
  startFrom?: number
  startPosition?: string
  liveBufferSize?: number
  historyBufferSize?: number
  maxRetryCount?: number
  readBatchSize?: number
  checkPointAfter?: number
  minCheckPointCount?: number
  maxCheckPointCount?: number
  maxSubscriberCount?: number
  namedConsumerStrategy: string
}

function filterEntry({ on, regex, prefixes }: FilterRequest): FilterEntry {
  return {
    context: on === 'stream' ? 'streamid' : 'eventtype',
    type: regex === '' ? 'prefix' : 'regex',
    data: regex === '' ? prefixes.join(',') : regex,
    isAllStream: true,
  }
}

function readFilterEntry({ context, type, data }: FilterEntry): FilterRequest {
  const regex = type === 'regex' ? data : ''
  const prefixes = type === 'prefix' ? data.split(',').filter((prefix) => prefix !== '') : []
  const on = context === 'streamid' ? 'stream' : 'type'
  return { on, regex, prefixes, window: undefined, hasWindow: true, multiplier: 0 }
}

export const showStart = (stream: string, { commit, prepare }: StartFrom): string =>
  stream === ALL ? `C:${commit}/P:${prepare}` : String(commit)

function readStart(text: string): StartFrom {
  const [commit = 0, prepare = commit] = (text.match(/-?\d+/g) ?? []).map(Number)
  return { commit, prepare }
}

function entryOf({ stream, group, filter, startFrom, settings }: GroupConfig): Entry {
  return {
    stream,
    group,
    ...(filter && { filter: filterEntry(filter) }),
    resolveLinkTos: settings.resolveLinks,
    extraStatistics: settings.extraStatistics,
    messageTimeout: settings.messageTimeoutMs,
    ...(stream !== ALL && { startFrom: startFrom.commit }),
    startPosition: showStart(stream, startFrom),
    liveBufferSize: settings.liveBufferSize,
    historyBufferSize: settings.historyBufferSize,
    maxRetryCount: settings.maxRetryCount,
    readBatchSize: settings.readBatchSize,
    checkPointAfter: settings.checkpointAfterMs,
    minCheckPointCount: settings.minCheckpointCount,
    maxCheckPointCount: settings.maxCheckpointCount,
    maxSubscriberCount: settings.maxSubscriberCount,
    namedConsumerStrategy: settings.strategy,
  }
}

function settingsOf(entry: Entry): GroupSettings {
  return {
    resolveLinks: entry.resolveLinkTos ?? false,
    extraStatistics: entry.extraStatistics ?? false,
    messageTimeoutMs: entry.messageTimeout ?? 0,
    maxRetryCount: entry.maxRetryCount ?? 0,
    checkpointAfterMs: entry.checkPointAfter ?? 0,
    minCheckpointCount: entry.minCheckPointCount ?? 0,
    maxCheckpointCount: entry.maxCheckPointCount ?? 0,
    maxSubscriberCount: entry.maxSubscriberCount ?? 0,
    liveBufferSize: entry.liveBufferSize ?? 0,
    readBatchSize: entry.readBatchSize ?? 0,
    historyBufferSize: entry.historyBufferSize ?? 0,
    strategy: entry.namedConsumerStrategy,
  }
}

const readEntry = (entry: Entry): GroupConfig => ({
  stream: entry.stream,
  group: entry.group ?? '',
  startFrom: readStart(entry.startPosition ?? String(entry.startFrom ?? 0)),
  ...(entry.filter && { filter: readFilterEntry(entry.filter) }),
  settings: settingsOf(entry),
})

const withoutDefaults = (_key: string, value: unknown) =>
  value === 0 || value === false || value === '' ? undefined : value

/** The list of all groups: an event in the store, as the real server writes it. */
export class ConfigStream {
  readonly #reader: Reader
  readonly #writer: Writer

  constructor(reader: Reader, writer: Writer) {
    this.#reader = reader
    this.#writer = writer
  }

  load(): GroupConfig[] {
    const view = this.#reader.view(CONFIG_STREAM)
    const [event] = view.status === 'present' ? this.#reader.page(view.id, view.last, 1, true) : []
    if (!event) return []
    const { entries } = JSON.parse(Buffer.from(viewRecord(event.record).data).toString('utf8')) as { entries: Entry[] }
    return entries.map(readEntry)
  }

  /** False: the store did not take it. */
  async save(configs: readonly GroupConfig[], updatedBy: string): Promise<boolean> {
    if (this.#reader.view(CONFIG_STREAM).last < 0) await writeMetadata(this.#writer, CONFIG_STREAM, { $maxCount: 2 })
    const config = {
      version: '2',
      updated: new Date(unixTime()).toISOString(),
      updatedBy,
      entries: configs.map(entryOf),
    }
    const data = Buffer.from(JSON.stringify(config, withoutDefaults, 2))
    return appendOwn(this.#writer, CONFIG_STREAM, { type: TYPE, isJson: true, data })
  }
}
