import assert from 'node:assert/strict'
import type { WriteResult } from '../storage/commands.ts'
import { Comparison } from './comparison.ts'
import type { Fault } from './faulty-database.ts'
import { Model, type ModelResult } from './model.ts'
import { NodeUnderTest } from './node-under-test.ts'
import { BULK_STREAM, type Command, LINK_STREAMS, RandomCommands, STREAMS, wordsOf } from './random-commands.ts'
import { Random } from './random.ts'

/** Events that a projection looks at in one go. */
const PAGE = 500
/** Ids that are written down outlive a scavenge; a seed that scavenges ends before there are so many. */
const MOST_EVENTS = 950
const SCAVENGE_STEPS = 60

type Action = [weight: number, act: () => void]

/** One run: random writes and reads against the node's storage and against the model, which must agree at every step. */
export class Simulation {
  readonly #random: Random
  readonly #commands: RandomCommands
  readonly #model = new Model()
  readonly #comparison: Comparison
  readonly #node: NodeUnderTest
  readonly #actions: Action[]
  readonly #bulk: boolean
  readonly trace: string[] = []

  constructor(seed: number) {
    const random = new Random(seed)
    this.#random = random
    this.#commands = new RandomCommands(random)
    this.#comparison = new Comparison(this.#model, random)
    this.#bulk = random.chance(0.02)
    this.#node = new NodeUnderTest(random.chance(0.1), () => this.#model.now)
    const projections = random.chance(0.6)
    const { onDisk } = this.#node
    this.#actions = [
      [0.5, () => this.#transact(this.#writes())],
      [0.05, () => this.#clock()],
      [0.03, () => this.#restart()],
      [0.08, () => this.#failing(this.#writes())],
      [0.04, () => this.#comparison.stream(this.#node.reader, this.#commands.stream())],
      [0.15, () => this.#comparison.streamRange(this.#node.reader, this.#commands.stream())],
      [0.05, () => this.#comparison.allRange(this.#node.reader)],
      [projections ? 0.06 : 0, () => this.#projection()],
      [this.#bulk ? 0.03 : 0, () => this.#transact([this.#commands.bulk()])],
      [this.#bulk ? 0.03 : 0, () => this.#failing([this.#commands.bulk()])],
      [this.#bulk ? 0 : 0.03, () => this.#scavenge()],
      [onDisk ? 0.06 : 0, () => this.#powerCut(this.#writes())],
      [onDisk ? 0.02 : 0, () => this.#powerCutBetween()],
      [onDisk ? 0.03 : 0, () => this.#checkpoint()],
    ]
  }

  run(): void {
    try {
      for (let steps = this.#random.between(30, 80); steps > 0 && !this.#full; steps--) this.#step()
      for (const stream of [...STREAMS, ...LINK_STREAMS, BULK_STREAM]) {
        this.#comparison.stream(this.#node.reader, stream)
      }
      this.#comparison.all(this.#node.reader)
    } finally {
      this.#node.close()
    }
  }

  get #full(): boolean {
    return !this.#bulk && this.#model.log.events.length > MOST_EVENTS
  }

  #step(): void {
    let dice = this.#random.next() * this.#actions.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, act] of this.#actions) {
      dice -= weight
      if (dice < 0) {
        act()
        return
      }
    }
  }

  #clock(): void {
    const random = this.#random
    // Now and then just the ages that metadata names.
    this.#model.now += random.chance(0.3) ? random.pick([60_000, 100_000]) : random.between(1, 90_000)
  }

  #restart(): void {
    this.trace.push('restart')
    this.#node.restart()
    this.#model.restarted()
  }

  /** One to three commands for one transaction. */
  #writes(): Command[] {
    return Array.from({ length: this.#random.between(1, 3) }, () => this.#commands.write())
  }

  #note(how: string, commands: readonly Command[]): void {
    for (const command of commands) this.trace.push(`${how}${wordsOf(command)}`)
  }

  #transact(commands: readonly Command[]): WriteResult[] {
    this.#note('', commands)
    const results = this.#node.execute(commands)
    this.#settle(commands, results)
    return results
  }

  /** The transaction is in the store: it was done as the model does it. */
  #settle(commands: readonly Command[], results: readonly WriteResult[]): void {
    for (const [index, command] of commands.entries()) this.#compareResult(results[index]!, this.#apply(command))
    this.#model.commit()
  }

  #apply({ kind, stream, expected, proposed }: Command): ModelResult | undefined {
    const model = this.#model
    if (kind === 'append') return model.append(stream, expected, proposed)
    if (kind === 'delete' || kind === 'tombstone') return model.remove(stream, kind === 'tombstone', expected)
    if (kind === 'scavenge') this.#removed()
    if (kind === 'stop-projection') model.projections.stop(stream)
    if (kind !== 'project') return undefined
    const done =
      model.projections.isRunning(stream) || model.projections.takeOn(stream, Math.ceil(expected / PAGE) * PAGE)
    return { outcome: 'written', last: done ? 1 : 0, event: undefined, visible: true }
  }

  #compareResult(result: WriteResult, expected: ModelResult | undefined): void {
    if (!expected) return
    if (expected.outcome === 'deleted') assert.deepEqual(result, { outcome: 'deleted' })
    else if (expected.outcome === 'wrong') {
      assert.deepEqual(result, { outcome: 'wrong-expected-revision', current: expected.current })
    } else {
      assert.equal(result.outcome, expected.outcome)
      assert.ok('last' in result)
      assert.equal(result.last, expected.last)
      assert.equal(result.position >= 0, expected.visible)
      if (expected.event) this.#comparison.at(expected.event, result.position)
    }
  }

  #fault(): Fault {
    const kinds = ['BEGIN', 'SELECT', 'INSERT', 'INSERT', 'UPDATE', 'DELETE', 'COMMIT', 'COMMIT'] as const
    const kind = this.#random.pick(kinds)
    const after = kind === 'COMMIT' ? 0 : this.#random.between(0, this.#random.chance(0.15) ? 1200 : 4)
    return { kind, after, rollsBack: this.#random.chance(0.2) }
  }

  /** A transaction that the disk refuses leaves nothing behind, neither in the store nor in the writer's memory. */
  #failing(commands: readonly Command[]): WriteResult[] | undefined {
    this.#note('failing ', commands)
    const results = this.#node.executeOnFailingDisk(commands, this.#fault())
    if (results) this.#settle(commands, results)
    else this.#model.restarted()
    return results
  }

  #projection(): void {
    const commands = [this.#commands.projection(), ...(this.#random.chance(0.3) ? this.#writes() : [])]
    if (this.#random.chance(0.1)) this.#failing(commands)
    else this.#transact(commands)
  }

  /** Of what was not answered yet either all is there afterwards, or nothing. */
  #powerCut(commands: readonly Command[]): void {
    this.#note('power cut in ', commands)
    const results = this.#node.executeInPowerCut(commands, this.#random)
    if (!this.#comparison.sameLog(this.#node.reader)) this.#settle(commands, results)
    this.#model.restarted()
    this.#comparison.all(this.#node.reader)
  }

  #powerCutBetween(): void {
    this.trace.push('power cut')
    this.#node.cutPower()
    this.#model.restarted()
    this.#comparison.all(this.#node.reader)
  }

  #checkpoint(): void {
    const powerCut = this.#random.chance(0.5)
    this.trace.push(powerCut ? 'power cut in a checkpoint' : 'checkpoint')
    this.#node.checkpoint(powerCut, this.#random)
    if (powerCut) this.#model.restarted()
    this.#comparison.all(this.#node.reader)
  }

  /** Steps to the end, with other things in between; one that nothing came between has taken all it may. */
  #scavenge(): void {
    let undisturbed = true
    for (let step = 0; step < SCAVENGE_STEPS; step++) {
      const dice = this.#random.next()
      if (dice < 0.04) {
        this.#restart()
        undisturbed = true
      } else if (dice < 0.1) {
        this.#transact(this.#writes())
        undisturbed = false
      } else if (dice < 0.14) {
        this.#clock()
        undisturbed = false
      }
      const outcome = this.#scavengeStep([this.#commands.scavenge()])
      if (outcome === 'failed') undisturbed = true
      if (outcome === 'done') break
      if (this.#random.chance(0.01)) {
        this.#transact([{ ...this.#commands.scavenge(), kind: 'stop-scavenge' }])
        return
      }
      if (step === SCAVENGE_STEPS - 1) undisturbed = false
    }
    if (undisturbed) assert.deepEqual([...this.#model.removable()], [], 'left over by a scavenge')
    this.#comparison.all(this.#node.reader)
  }

  #scavengeStep(commands: readonly Command[]): 'failed' | 'done' | 'more' {
    if (this.#node.onDisk && this.#random.chance(0.05)) {
      this.#powerCut(commands)
      return 'failed'
    }
    const results = this.#random.chance(0.06) ? this.#failing(commands) : this.#transact(commands)
    const [result] = results ?? []
    if (!result) return 'failed'
    return 'last' in result && result.last === 1 ? 'done' : 'more'
  }

  /** A scavenge may take what no reader sees, and nothing else. */
  #removed(): void {
    const mayGo = this.#model.removable()
    for (const event of this.#comparison.missing(this.#node.reader)) {
      assert.ok(mayGo.has(event), `a scavenge took ${event.revision}@${event.stream}`)
      event.gone = true
    }
    this.#model.scavenged = true
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
