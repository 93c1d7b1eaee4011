import { ProtoReader } from '../src/wire/protobuf.ts'

const KINDS = [
  '',
  'event',
  'confirmation',
  'checkpoint',
  'not found',
  'first',
  'last',
  'last of all',
  'caught up',
  'fell behind',
]

interface Recorded {
  stream: string
  revision: bigint
  type: string
}

function recorded(reader: ProtoReader): Recorded {
  const found: Recorded = { stream: '', revision: 0n, type: '' }
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field === 2) found.stream = firstText(reader.message())
    else if (field === 3) found.revision = reader.uint64()
    else if (field === 6) {
      const entry = reader.message()
      if (firstText(entry) === 'type') found.type = firstText(entry)
    } else reader.skipField()
  }
  return found
}

function firstText(reader: ProtoReader): string {
  reader.next()
  return reader.string()
}

function eventText(reader: ProtoReader): string {
  const parts: string[] = []
  for (let field = reader.next(); field !== 0; field = reader.next()) {
    if (field > 2) {
      reader.skipField()
      continue
    }
    const { stream, revision, type } = recorded(reader.message())
    parts.push(`${field === 2 ? '<- ' : ''}${revision}@${stream} ${type}`)
  }
  return parts.join(' ')
}

/** A ReadResp in a few words. */
export function words(message: Buffer): string {
  const reader = new ProtoReader(message)
  const kind = KINDS[reader.next()]!
  if (kind === 'event') return eventText(reader.message())
  if (kind === 'first' || kind === 'last') return `${kind} ${reader.uint64()}`
  return kind
}

/** Commit and prepare position of a checkpoint. */
export function checkpointOf(message: Buffer): [commit: number, prepare: number] | undefined {
  const reader = new ProtoReader(message)
  if (reader.next() !== 3) return undefined
  const fields = reader.message()
  fields.next()
  const commit = fields.number()
  return [commit, fields.next() === 2 ? fields.number() : 0]
}
