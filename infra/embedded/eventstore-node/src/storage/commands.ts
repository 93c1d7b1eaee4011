/** An event as it comes in: its id in canonical text and the body of its record. */
export interface ProposedEvent {
  id: string
  body: Uint8Array
}

/** `project` takes the projection named by `stream` on by at most `expected` events; `stop-projection` halts it.
 * `scavenge` looks at up to `expected` streams; `stop-scavenge` gives up. Both projections and scavenges answer `last` 1
 * when there is no more to do. */
const KINDS = ['append', 'delete', 'tombstone', 'project', 'stop-projection', 'scavenge', 'stop-scavenge'] as const
export type WriteKind = (typeof KINDS)[number]

export interface WriteCommand {
  kind: WriteKind
  stream: string
  /** A revision, or one of `Expected`. */
  expected: number
  events: readonly ProposedEvent[]
}

export type WriteResult =
  /** `last`: the stream's revision after it, -1 without events. `position` -1: no reader sees the event any more. */
  | { readonly outcome: 'written' | 'repeated'; readonly last: number; readonly position: number }
  | { readonly outcome: 'wrong-expected-revision'; readonly current: number }
  | { readonly outcome: 'deleted' }
  /** Nothing was written: the disk refused. */
  | { readonly outcome: 'failed' }

const OUTCOMES = ['written', 'repeated', 'wrong-expected-revision', 'deleted', 'failed'] as const

/** Packs commands into one buffer that can change threads without being copied. */
export function packCommands(commands: readonly WriteCommand[]): Buffer {
  let size = 0
  const names = commands.map((command) => Buffer.from(command.stream, 'utf8'))
  for (const [index, command] of commands.entries()) {
    size += 17 + names[index]!.length
    for (const event of command.events) size += 40 + event.body.length
  }
  const packed = Buffer.allocUnsafeSlow(size)
  let at = 0
  for (const [index, command] of commands.entries()) {
    const name = names[index]!
    at = packed.writeUInt8(KINDS.indexOf(command.kind), at)
    at = packed.writeDoubleLE(command.expected, at)
    at = packed.writeUInt32LE(name.length, at)
    at = packed.writeUInt32LE(command.events.length, at)
    packed.set(name, at)
    at += name.length
    for (const event of command.events) {
      at += packed.write(event.id, at, 'latin1')
      at = packed.writeUInt32LE(event.body.length, at)
      packed.set(event.body, at)
      at += event.body.length
    }
  }
  return packed
}

export function unpackCommands(bytes: Uint8Array): WriteCommand[] {
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const commands: WriteCommand[] = []
  let at = 0
  while (at < packed.length) {
    const kind = KINDS[packed.readUInt8(at)]!
    const expected = packed.readDoubleLE(at + 1)
    const nameLength = packed.readUInt32LE(at + 9)
    const count = packed.readUInt32LE(at + 13)
    at += 17
    const stream = packed.toString('utf8', at, at + nameLength)
    at += nameLength
    const events: ProposedEvent[] = []
    for (let i = 0; i < count; i++) {
      const length = packed.readUInt32LE(at + 36)
      events.push({ id: packed.toString('latin1', at, at + 36), body: packed.subarray(at + 40, at + 40 + length) })
      at += 40 + length
    }
    commands.push({ kind, stream, expected, events })
  }
  return commands
}

/** Three numbers for each: a list of them changes threads sooner than one of objects. */
export function packResults(results: readonly WriteResult[]): number[] {
  const packed: number[] = []
  for (const result of results) {
    const { last = 0, position = 0, current = last } = result as { last?: number; position?: number; current?: number }
    packed.push(OUTCOMES.indexOf(result.outcome), current, position)
  }
  return packed
}

export function unpackResults(packed: readonly number[]): WriteResult[] {
  const results: WriteResult[] = []
  for (let at = 0; at < packed.length; at += 3) {
    const outcome = OUTCOMES[packed[at]!]!
    const revision = packed[at + 1]!
    if (outcome === 'written' || outcome === 'repeated') {
      results.push({ outcome, last: revision, position: packed[at + 2]! })
    } else if (outcome === 'wrong-expected-revision') results.push({ outcome, current: revision })
    else results.push({ outcome })
  }
  return results
}
