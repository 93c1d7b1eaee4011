import { MalformedRequestError } from '../streams/refusals.ts'
import { ProtoReader } from '../wire/protobuf.ts'
import { readStreamName } from '../wire/record.ts'
import { type FilterRequest, type Place, readFilter, readPosition, readUuidOption } from '../wire/read-request.ts'
import { readUuid } from '../wire/uuid.ts'
import { ALL, FROM_END, type ReceivedSettings, readSettings } from './settings.ts'

const MAX_UINT64 = 2n ** 64n - 1n

/** Runs over the fields of the `options` of a request; without options the real server fails. */
function readOptions(message: Buffer, onField: (field: number, reader: ProtoReader) => boolean): void {
  const outer = new ProtoReader(message)
  let found = false
  for (let field = outer.next(); field !== 0; field = outer.next()) {
    if (field !== 1) {
      outer.skip()
      continue
    }
    found = true
    const reader = outer.message()
    for (let inner = reader.next(); inner !== 0; inner = reader.next()) if (!onField(inner, reader)) reader.skip()
  }
  if (!found) throw new MalformedRequestError('no options')
}

export interface GroupName {
  stream: string
  group: string
}

function named(stream: string | undefined, group: string): GroupName {
  if (!stream) throw new MalformedRequestError('no stream')
  return { stream, group }
}

/** Options of Delete, GetInfo and ReplayParked: a source, a group, and where each has its fields. */
export function readGroupName(
  message: Buffer,
  fields: { stream: number; all: number; group: number },
  other: (field: number, reader: ProtoReader) => boolean = () => false,
): GroupName {
  let stream: string | undefined
  let group = ''
  readOptions(message, (field, reader) => {
    if (field === fields.stream) stream = readStreamName(reader.message())
    else if (field === fields.group) group = reader.string()
    else if (field === fields.all) {
      reader.skip()
      stream = ALL
    } else return other(field, reader)
    return true
  })
  return named(stream, group)
}

export interface ChangeRequest extends GroupName {
  startFrom: number
  filter: FilterRequest | undefined
  settings: ReceivedSettings
}

interface Source {
  stream: string | undefined
  place: Place | undefined
  filter: FilterRequest | undefined
}

const START: Place = { kind: 'start' }
const END: Place = { kind: 'end' }

function readStreamSource(reader: ProtoReader, source: Source): void {
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) source.stream = readStreamName(reader.message())
    else if (field === 2) source.place = { kind: 'revision', revision: reader.uint64() }
    else {
      reader.skip()
      source.place = field === 4 ? END : START
    }
  }
}

function readAllSource(reader: ProtoReader, source: Source): void {
  source.stream = ALL
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) source.place = readPosition(reader.message())
    else if (field === 4) source.filter = readFilter(reader.message())
    else {
      reader.skip()
      if (field === 2) source.place = START
      else if (field === 3) source.place = END
    }
  }
}

function startFrom(place: Place | undefined): number {
  if (place?.kind === 'end') return FROM_END
  if (place?.kind === 'revision') return place.revision === MAX_UINT64 ? FROM_END : Number(place.revision)
  if (place?.kind !== 'position') return 0
  if (place.commit < place.prepare) throw new MalformedRequestError('no position')
  return place.commit === MAX_UINT64 ? FROM_END : Number(place.commit)
}

/** Options of Create and Update. */
export function readChange(message: Buffer): ChangeRequest {
  const source: Source = { stream: undefined, place: undefined, filter: undefined }
  let group = ''
  let settings: ReceivedSettings | undefined
  readOptions(message, (field, reader) => {
    if (field === 1) source.stream = readStreamName(reader.message())
    else if (field === 2) group = reader.string()
    else if (field === 3) settings = readSettings(reader.message())
    else if (field === 4) readStreamSource(reader.message(), source)
    else if (field === 5) readAllSource(reader.message(), source)
    else return false
    return true
  })
  if (!settings) throw new MalformedRequestError('no settings')
  const { revision } = settings
  if (!source.place && revision !== undefined) source.place = { kind: 'revision', revision }
  return { ...named(source.stream, group), startFrom: startFrom(source.place), filter: source.filter, settings }
}

export interface ConsumeRequest extends GroupName {
  bufferSize: number
  structured: boolean
}

/** What a consumer sends: first its options, then what it did with the events. */
export type ConsumerMessage =
  | { kind: 'options'; options: ConsumeRequest }
  | { kind: 'ack'; ids: string[] }
  | { kind: 'nack'; ids: string[]; action: NackAction; reason: string }

export type NackAction = 'unknown' | 'park' | 'retry' | 'skip' | 'stop'
const ACTIONS: readonly NackAction[] = ['unknown', 'park', 'retry', 'skip', 'stop']

function readConsumeOptions(reader: ProtoReader): ConsumeRequest {
  let stream: string | undefined
  let uuid: string | undefined
  const options: ConsumeRequest = { stream: '', group: '', bufferSize: 0, structured: false }
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) stream = readStreamName(reader.message())
    else if (field === 2) options.group = reader.string()
    else if (field === 3) options.bufferSize = reader.int32()
    else if (field === 4) uuid = readUuidOption(reader.message())
    else {
      reader.skip()
      if (field === 5) stream = ALL
    }
  }
  if (!uuid) throw new MalformedRequestError('no uuid option')
  return { ...options, ...named(stream, options.group), structured: uuid === 'structured' }
}

function readVerdict(reader: ProtoReader): { ids: string[]; action: NackAction; reason: string } {
  const verdict = { ids: [] as string[], action: 'unknown' as NackAction, reason: '' }
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 2) verdict.ids.push(readUuid(reader))
    else if (field === 3) verdict.action = ACTIONS[reader.number()] ?? 'unknown'
    else if (field === 4) verdict.reason = reader.string()
    else reader.skip()
  }
  return verdict
}

export function readConsumerMessage(message: Buffer): ConsumerMessage {
  const reader = new ProtoReader(message)
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) return { kind: 'options', options: readConsumeOptions(reader.message()) }
    if (field === 2) return { kind: 'ack', ids: readVerdict(reader.message()).ids }
    if (field === 3) return { kind: 'nack', ...readVerdict(reader.message()) }
    reader.skip()
  }
  throw new MalformedRequestError('an empty message')
}

/** Options of List: everything, or the groups of one source. */
export function readList(message: Buffer): { stream: string | undefined } {
  let stream: string | undefined
  let any = false
  readOptions(message, (field, reader) => {
    any = true
    if (field !== 2) return false
    const option = reader.message()
    for (let inner = option.next(); inner !== 0; inner = option.next()) {
      if (inner === 1) stream = readStreamName(option.message())
      else {
        option.skip()
        stream = ALL
      }
    }
    return true
  })
  if (!any) throw new MalformedRequestError('nothing to list')
  return { stream }
}
