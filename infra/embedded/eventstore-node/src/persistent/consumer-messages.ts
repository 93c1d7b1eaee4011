import { MalformedRequestError } from '../streams/refusals.ts'
import { ProtoReader } from '../wire/protobuf.ts'
import { readStreamName } from '../wire/record.ts'
import { readUuid } from '../wire/uuid.ts'
import { type GroupName, named } from './requests.ts'
import { ALL } from './settings.ts'

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

/** Ids come in two integers unless text is asked for. */
function readStructured(reader: ProtoReader): boolean {
  let structured = true
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    reader.skipField()
    structured = field !== 2
  }
  return structured
}

/** Without form of the ids, without group or without room for an event nobody can consume. */
function readConsumeOptions(reader: ProtoReader): ConsumeRequest {
  let stream: string | undefined
  let structured: boolean | undefined
  let group = ''
  let bufferSize = 0
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) stream = readStreamName(reader.message())
    else if (field === 2) group = reader.string()
    else if (field === 3) bufferSize = reader.int32()
    else if (field === 4) structured = readStructured(reader.message())
    else {
      reader.skipField()
      if (field === 5) stream = ALL
    }
  }
  if (structured === undefined) throw new MalformedRequestError('no uuid option')
  if (group === '') throw new MalformedRequestError('no group')
  if (bufferSize < 1) throw new MalformedRequestError('no room for events')
  return { ...named(stream, group), bufferSize, structured }
}

interface Verdict {
  ids: string[]
  action: NackAction
  reason: string
}

function readVerdict(reader: ProtoReader): Verdict {
  const ids: string[] = []
  let action = 0
  let reason = ''
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 2) ids.push(readUuid(reader))
    else if (field === 3) action = reader.int32()
    else if (field === 4) reason = reader.string()
    else reader.skipField()
  }
  const known = ACTIONS[action]
  if (!known) throw new MalformedRequestError('no such action')
  return { ids, action: known, reason }
}

export function readConsumerMessage(message: Buffer): ConsumerMessage {
  const reader = new ProtoReader(message)
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 1) return { kind: 'options', options: readConsumeOptions(reader.message()) }
    if (field === 2) return { kind: 'ack', ids: readVerdict(reader.message()).ids }
    if (field === 3) return { kind: 'nack', ...readVerdict(reader.message()) }
    reader.skipField()
  }
  throw new MalformedRequestError('an empty message')
}
