import assert from 'node:assert/strict'
import { type DatabaseSync } from 'node:sqlite'
import type { WriteCommand, WriteResult } from '../storage/commands.ts'
import { MEMORY, openForWriting } from '../storage/database.ts'
import { WriteEngine } from '../storage/engine.ts'
import { Reader, isYoung } from '../storage/reader.ts'
import { encodeBody, recordId } from '../wire/record.ts'
import { FaultyDatabase } from './faulty-database.ts'
import { Model, type ModelResult, TOMBSTONE } from './model.ts'
import { Random } from './random.ts'

const STREAMS = ['a', 'b', 'c-1', '$$a', '$$b', '$$c-1']
const METADATA = [
  '{"$maxCount":2}',
  '{"$maxCount":5,"$tb":2}',
  '{"$tb":3}',
  '{"$tb":100}',
  '{"$maxAge":60}',
  '{"$maxCount":0}',
  '{"$tb":"x"}',
  '{"custom":1}',
  '{}',
  '{"$tb":9223372036854775807}',
]
const EXPECTED = [-2, -2, -2, -1, -4, 0, 1, 2, 5]
const IDS = 12
const STEPS = 60

interface Step extends WriteCommand {
  /** The metadata that it writes. */
  json: string | undefined
}

const idOf = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

/** One run: random writes and reads against the node's storage and against the model, which must agree at every step. */
export class Simulation {
  readonly #random: Random
  readonly #db: DatabaseSync
  readonly #disk: FaultyDatabase
  readonly #model = new Model()
  readonly #reader: Reader
  #engine: WriteEngine
  #now = 1_700_000_000_000
  #made = 1000
  readonly trace: string[] = []

  constructor(seed: number) {
    this.#random = new Random(seed)
    this.#db = openForWriting(MEMORY)
    this.#disk = new FaultyDatabase(this.#db)
    this.#reader = new Reader(this.#db, () => this.#now)
    this.#engine = this.#open()
  }

  #open(): WriteEngine {
    const options = { now: () => this.#now, newId: () => idOf(this.#made++) }
    // The writer uses no more of a database than this has.
    return new WriteEngine(this.#disk as unknown as DatabaseSync, options)
  }

  run(): void {
    for (let step = 0; step < STEPS; step++) this.#step()
    for (const stream of STREAMS) this.#compareStream(stream)
    this.#compareAll()
    this.#db.close()
  }

  #step(): void {
    const dice = this.#random.next()
    if (dice < 0.06) this.#now += this.#random.between(1, 90_000)
    else if (dice < 0.1) this.#restart()
    else if (dice < 0.2) this.#failingWrite()
    else if (dice < 0.35) this.#compareStream(this.#random.pick(STREAMS))
    else this.#write()
  }

  #restart(): void {
    this.trace.push('restart')
    this.#engine = this.#open()
    this.#reader.forget()
  }

  #command(): Step {
    const random = this.#random
    const stream = random.pick(STREAMS)
    const expected = random.pick(EXPECTED)
    const kind = random.chance(0.08) ? 'delete' : random.chance(0.02) ? 'tombstone' : 'append'
    if (kind !== 'append') return { kind, stream, expected, events: [], json: undefined }
    const json = stream.startsWith('$$') ? random.pick(METADATA) : undefined
    const body = encodeBody({ type: 'T', isJson: true, data: Buffer.from(json ?? '{"n":1}') })
    const first = random.between(0, IDS)
    const count = json === undefined ? random.between(0, 4) : 1
    const events = Array.from({ length: count }, (_, n) => ({ id: idOf((first + n) % IDS), body }))
    return { kind, stream, expected, events, json }
  }

  #apply({ kind, stream, expected, events, json }: Step): ModelResult {
    const ids = events.map((event) => event.id)
    if (kind === 'append') return this.#model.append(stream, expected, ids, json, this.#now)
    return this.#model.remove(stream, kind === 'tombstone', expected, this.#now)
  }

  #execute(commands: readonly WriteCommand[]): WriteResult[] {
    const { results, metadataOf } = this.#engine.execute(commands)
    for (const stream of metadataOf) this.#reader.metadataChanged(stream)
    return results
  }

  /** One to three commands in one transaction. */
  #write(): void {
    const commands = Array.from({ length: this.#random.between(1, 3) }, () => this.#command())
    for (const { kind, stream, expected, events, json } of commands) {
      this.trace.push(
        `${kind} ${stream} expecting ${expected}: ${events.map((event) => event.id.slice(-2)).join()} ${json ?? ''}`,
      )
    }
    const results = this.#execute(commands)
    for (const [index, command] of commands.entries()) this.#compareResult(results[index]!, this.#apply(command))
  }

  #compareResult(result: WriteResult, expected: ModelResult): void {
    if (expected.outcome === 'wrong') {
      assert.deepEqual(result, { outcome: 'wrong-expected-revision', current: expected.current })
    } else if (expected.outcome === 'deleted') assert.deepEqual(result, { outcome: 'deleted' })
    else {
      assert.equal(result.outcome, expected.outcome)
      assert.ok('last' in result)
      assert.equal(result.last, expected.last)
      if (expected.outcome === 'repeated') assert.equal(result.position >= 0, expected.visible)
    }
  }

  /** A write that the disk refuses leaves nothing behind, neither in the store nor in the writer's memory. */
  #failingWrite(): void {
    const command = this.#command()
    this.trace.push(`failing ${command.kind} ${command.stream}`)
    if (this.#random.chance(0.5)) this.#disk.failCommit()
    else this.#disk.failStatement(this.#random.between(0, 2))
    try {
      const [result] = this.#execute([command])
      this.#disk.failStatement(Number.POSITIVE_INFINITY)
      this.#compareResult(result!, this.#apply(command))
    } catch (fault) {
      if ((fault as NodeJS.ErrnoException).code !== 'ERR_SQLITE_ERROR') throw fault
    }
  }

  #modelRead(stream: string): { status: string; seen: string[] } {
    try {
      const events = this.#model.read(stream, this.#now)
      const seen = events?.map(({ revision, id }) => `${revision} ${id === 'node' ? '' : id}`) ?? []
      return { status: events ? 'present' : 'missing', seen }
    } catch {
      return { status: 'deleted', seen: [] }
    }
  }

  #compareStream(stream: string): void {
    this.trace.push(`read ${stream}`)
    const expected = this.#modelRead(stream)
    const view = this.#reader.view(stream)
    assert.equal(view.status, expected.status, `status of ${stream}`)
    if (view.status !== 'present') return
    const made = (id: string) => Number(id.slice(-12)) >= 1000
    const show = (events: ReturnType<Reader['readPage']>) =>
      events
        .filter((event) => isYoung(event, view))
        .map(({ revision, record }) => `${revision} ${made(recordId(record)) ? '' : recordId(record)}`)
    assert.deepEqual(show(this.#reader.readPage(view, 0, 1000, false)), expected.seen, `forwards ${stream}`)
    const backwards = show(this.#reader.readPage(view, TOMBSTONE, 1000, true))
    assert.deepEqual(backwards.toReversed(), expected.seen, `backwards ${stream}`)
  }

  #compareAll(): void {
    const events = this.#reader.allForwards(0, 10_000)
    assert.equal(events.length, this.#model.events.length)
    for (let at = 1; at < events.length; at++) assert.ok(events[at]!.position > events[at - 1]!.position)
  }
}

/** Runs one seed; what it throws ends with the steps that led there. */
export function simulate(seed: number): void {
  const simulation = new Simulation(seed)
  try {
    simulation.run()
  } catch (fault) {
    const trace = simulation.trace.slice(-40).join('\n  ')
    throw new Error(`seed ${seed}: ${(fault as Error).message}\n  ${trace}`, { cause: fault })
  }
}
