import { type Matches, compileFilter } from '../streams/filter.ts'
import { MalformedRequestError, invalidArgument } from '../streams/refusals.ts'
import type { ProtoReader } from '../wire/protobuf.ts'
import { type FilterRequest, type Place, readFilter, readPosition } from '../wire/read-request.ts'
import { readSettings, type ReceivedSettings } from './change-settings.ts'
import { named, readOptions, readStreamOrFail } from './requests.ts'
import { ALL, FROM_END, FROM_START, type GroupConfig, type StartFrom } from './settings.ts'

const MAX_INT64 = 2n ** 63n - 1n
const MAX_UINT64 = 2n ** 64n - 1n
const START: Place = { kind: 'start' }
const END: Place = { kind: 'end' }

export type Change = 'create' | 'update'

interface Source {
  /** What the options name the source with; older clients do it without either. */
  option: 'stream' | 'all' | undefined
  stream: string | undefined
  place: Place | undefined
  filter: FilterRequest | undefined
}

function readStreamOption(reader: ProtoReader, source: Source): void {
  source.option = 'stream'
  source.stream = undefined
  source.place = undefined
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) source.stream = readStreamOrFail(reader.message())
    else if (field === 2) source.place = { kind: 'revision', revision: reader.uint64() }
    else {
      reader.skipField()
      if (field === 3 || field === 4) source.place = field === 3 ? START : END
    }
  }
}

function readAllOption(reader: ProtoReader, source: Source): void {
  source.option = 'all'
  source.stream = ALL
  source.place = undefined
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) source.place = readPosition(reader.message())
    else if (field === 4) source.filter = readFilter(reader.message())
    else {
      reader.skipField()
      if (field === 2 || field === 3) source.place = field === 2 ? START : END
    }
  }
}

/** A 64-bit place as the server counts; what is too big for it is none. */
function signed(value: bigint): number {
  if (value > MAX_INT64 && value !== MAX_UINT64) throw new MalformedRequestError('no such place')
  return Number(BigInt.asIntN(64, value))
}

function startFrom(place: Place): StartFrom {
  if (place.kind === 'revision') return { commit: signed(place.revision), prepare: signed(place.revision) }
  if (place.kind !== 'position') return place.kind === 'end' ? FROM_END : FROM_START
  if (place.commit < place.prepare) throw new MalformedRequestError('no position')
  return { commit: signed(place.commit), prepare: signed(place.prepare) }
}

/** Where the group begins, when the request says so; the calls refuse differently when it does not. */
function placeOf({ option, place }: Source, revision: bigint, change: Change): Place {
  if (place) return place
  if (option === undefined) return { kind: 'revision', revision }
  if (option === 'stream' || change === 'create') throw invalidArgument('The options say nowhere to start from.')
  throw new MalformedRequestError('no place to start from')
}

/** A filter of a group; windows and checkpoint intervals mean nothing here. */
export const compile = (filter: FilterRequest | undefined): Matches | undefined =>
  filter && compileFilter({ ...filter, hasWindow: true, window: undefined })

/** Options of Create and Update; an update keeps the filter that the group has. */
export function readChange(message: Buffer, change: Change): GroupConfig {
  const source: Source = { option: undefined, stream: undefined, place: undefined, filter: undefined }
  let group = ''
  let received: ReceivedSettings | undefined
  let legacy: string | undefined
  readOptions(message, (field, reader) => {
    if (field === 1) legacy = readStreamOrFail(reader.message())
    else if (field === 2) group = reader.string()
    else if (field === 3) received = readSettings(reader.message())
    else if (field === 4) readStreamOption(reader.message(), source)
    else if (field === 5) readAllOption(reader.message(), source)
    else return false
    return true
  })
  if (!received) throw new MalformedRequestError('no settings')
  const { revision, named: byName, ...settings } = received
  if (change === 'create' && byName !== '') settings.strategy = byName
  const from = startFrom(placeOf(source, revision, change))
  const filter = source.option === 'all' && change === 'create' ? source.filter : undefined
  return { ...named(source.option ? source.stream : legacy, group), startFrom: from, filter, settings }
}
