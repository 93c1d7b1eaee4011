import { MalformedRequestError } from '../streams/refusals.ts'
import { ProtoReader } from '../wire/protobuf.ts'
import { readStreamName } from '../wire/record.ts'
import { ALL } from './settings.ts'

/** Runs over the fields of the `options` of a request; without options the real server fails. */
export function readOptions(message: Buffer, onField: (field: number, reader: ProtoReader) => boolean): void {
  const outer = new ProtoReader(message)
  let found = false
  for (let field = outer.next(); field !== 0; field = outer.next()) {
    if (field !== 1) {
      outer.skipField()
      continue
    }
    found = true
    const reader = outer.message()
    for (let inner = reader.next(); inner !== 0; inner = reader.next()) if (!onField(inner, reader)) reader.skipField()
  }
  if (!found) throw new MalformedRequestError('no options')
}

export interface GroupName {
  stream: string
  group: string
}

export function named(stream: string | undefined, group: string): GroupName {
  if (!stream) throw new MalformedRequestError('no stream')
  return { stream, group }
}

/** What changes groups takes $all as an option of its own, never as the name of a stream. */
export function readStreamOrFail(reader: ProtoReader): string {
  const stream = readStreamName(reader)
  if (stream === ALL) throw new MalformedRequestError('$all is no stream')
  return stream
}

interface GroupFields {
  stream: number
  all: number
  group: number
}

/** Options of Delete, GetInfo and ReplayParked: a source, a group, and where each has its fields. */
function readGroupName(
  message: Buffer,
  fields: GroupFields,
  readStream = readStreamName,
  other: (field: number, reader: ProtoReader) => boolean = () => false,
): GroupName {
  let stream: string | undefined
  let group = ''
  readOptions(message, (field, reader) => {
    if (field === fields.stream) stream = readStream(reader.message())
    else if (field === fields.group) group = reader.string()
    else if (field === fields.all) {
      reader.skipField()
      stream = ALL
    } else return other(field, reader)
    return true
  })
  return named(stream, group)
}

export const readDelete = (message: Buffer): GroupName =>
  readGroupName(message, { stream: 1, group: 2, all: 3 }, readStreamOrFail)

export const readInfo = (message: Buffer): GroupName => readGroupName(message, { stream: 1, all: 2, group: 3 })

/** Options of ReplayParked; it must say where to stop, if only that it does not matter. */
export function readReplay(message: Buffer): { name: GroupName; stopAt: number } {
  let stopAt: number | undefined
  const name = readGroupName(message, { group: 1, stream: 2, all: 3 }, readStreamName, (field, reader) => {
    if (field === 4) stopAt = Number(reader.int64())
    else if (field === 5) {
      reader.skipField()
      stopAt = Number.POSITIVE_INFINITY
    } else return false
    return true
  })
  if (stopAt === undefined) throw new MalformedRequestError('no place to stop at')
  return { name, stopAt }
}

function readListOption(reader: ProtoReader): string | undefined {
  let stream: string | undefined
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) stream = readStreamName(reader.message())
    else {
      reader.skipField()
      if (field === 2) stream = ALL
    }
  }
  return stream
}

/** Options of List: everything, or the groups of one source. */
export function readList(message: Buffer): { stream: string | undefined } {
  let list: 'all' | 'one' | undefined
  let stream: string | undefined
  readOptions(message, (field, reader) => {
    if (field !== 1 && field !== 2) return false
    list = field === 1 ? 'all' : 'one'
    if (field === 1) reader.skipField()
    stream = field === 1 ? undefined : readListOption(reader.message())
    return true
  })
  if (!list || (list === 'one' && !stream)) throw new MalformedRequestError('nothing to list')
  return { stream }
}
