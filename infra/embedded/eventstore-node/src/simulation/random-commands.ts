import type { WriteCommand } from '../storage/commands.ts'
import { encodeBody } from '../wire/record.ts'
import type { NewEvent } from './model-log.ts'
import { PROJECTIONS } from './model-projections.ts'
import type { Random } from './random.ts'
import { FIRST_BULK_ID, idOf } from './records.ts'

export const STREAMS = ['a', 'b', 'c-1', 'c-2', '$$a', '$$b', '$$c-1']
/** Streams that the projections write, and their metadata. */
export const LINK_STREAMS = ['$ce-c', '$streams', '$et-T', '$category-c', '$bc-x', '$$$ce-c', '$$$streams']
export const BULK_STREAM = 'bulk-1'

const METADATA = [
  '{"$maxCount":2}',
  '{"$maxCount":5,"$tb":2}',
  '{"$maxCount":1,"$maxAge":100}',
  '{"$tb":3}',
  '{"$tb":100}',
  '{"$maxAge":60}',
  '{"$maxCount":0}',
  '{"$tb":"x"}',
  '{"custom":1}',
  '{}',
  'no json',
  '{"$tb":9223372036854775807}',
]
const EXPECTED = [-2, -2, -2, -1, -4, 0, 1, 2, 5]
const IDS = 12
/** More than the node keeps in memory only: it then writes down a run of ids. */
const BULK = 1100

export interface Command extends WriteCommand {
  proposed: readonly NewEvent[]
}

const COMMAND = { stream: '', expected: 0, events: [], proposed: [] }

function appendOf(stream: string, expected: number, proposed: readonly NewEvent[]): Command {
  const events = proposed.map(({ id, type, data, isJson, correlation }) => {
    const metadata = correlation && Buffer.from(JSON.stringify({ $correlationId: correlation }))
    return { id, body: encodeBody({ type, isJson, data: Buffer.from(data), metadata: metadata || undefined }) }
  })
  return { kind: 'append', stream, expected, events, proposed }
}

/** Few streams, ids and revisions, so that they meet often. */
export class RandomCommands {
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
  }

  stream(): string {
    return this.#random.pick(this.#random.chance(0.06) ? LINK_STREAMS : STREAMS)
  }

  #event(id: string): NewEvent {
    const random = this.#random
    const correlation = random.chance(0.2) ? random.pick(['x', 'y']) : undefined
    if (random.chance(0.1)) return { id, type: '$>', data: '0@a', isJson: false, correlation }
    return { id, type: random.pick(['T', 'T', 'U']), data: `{"n":${random.between(0, 99)}}`, isJson: true, correlation }
  }

  #metadata(id: string): NewEvent {
    const random = this.#random
    const type = random.chance(0.9) ? '$metadata' : 'T'
    return { id, type, data: random.pick(METADATA), isJson: random.chance(0.95), correlation: undefined }
  }

  write(): Command {
    const random = this.#random
    const [stream, expected] = [this.stream(), random.pick(EXPECTED)]
    const kind = random.chance(0.08) ? 'delete' : random.chance(0.02) ? 'tombstone' : 'append'
    if (kind !== 'append') return { ...COMMAND, kind, stream, expected }
    const first = random.between(0, IDS)
    if (stream.startsWith('$$')) {
      return appendOf(stream, expected, random.chance(0.03) ? [] : [this.#metadata(idOf(first % IDS))])
    }
    const ids = Array.from({ length: random.between(0, 4) }, (_, n) => idOf((first + n) % IDS))
    return appendOf(
      stream,
      expected,
      ids.map((id) => this.#event(id)),
    )
  }

  bulk(): Command {
    const ids = Array.from({ length: BULK }, (_, n) => idOf(FIRST_BULK_ID + n))
    return appendOf(
      BULK_STREAM,
      -2,
      ids.map((id) => this.#event(id)),
    )
  }

  projection(): Command {
    const random = this.#random
    const kind = random.chance(0.2) ? 'stop-projection' : 'project'
    return { ...COMMAND, kind, stream: random.pick(PROJECTIONS), expected: random.pick([1, 600, 100_000]) }
  }

  scavenge(): Command {
    return { ...COMMAND, kind: 'scavenge', expected: this.#random.pick([1, 2, 5, 500]) }
  }
}

export function wordsOf({ kind, stream, expected, proposed }: Command): string {
  const events = proposed.slice(0, 5).map(({ id, type, data }) => `${id.slice(-2)} ${type} ${data}`)
  return `${kind} ${stream} ${expected}: ${events.join(', ')}${proposed.length > 5 ? '…' : ''}`
}
