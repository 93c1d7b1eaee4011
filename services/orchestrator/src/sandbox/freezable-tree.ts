import { FreezeClock } from './freeze-clock.ts'
import { aliveMembers, continueTree, type Members, send, stopTree } from './process-tree.ts'

/** The processes of one sandbox on this machine: freeze, kill and the proof that they are gone. */
export class FreezableTree {
  readonly clock = new FreezeClock()
  readonly members: Members
  #queue: Promise<void> = Promise.resolve()

  constructor(members: Members) {
    this.members = members
  }

  freeze(): Promise<void> {
    return this.#inTurn(async () => {
      this.clock.stop()
      await stopTree(this.members)
    })
  }

  thaw(): Promise<void> {
    return this.#inTurn(async () => {
      await continueTree(this.members)
      this.clock.go()
    })
  }

  /** A stopped process needs no SIGCONT to die of SIGKILL. */
  async signalKill(): Promise<{ signalled: number }> {
    const alive = await aliveMembers(this.members)
    for (const entry of alive) send(entry.pid, 'SIGKILL')
    return { signalled: alive.length }
  }

  async descendants(): Promise<number[]> {
    return (await aliveMembers(this.members)).map((entry) => entry.pid)
  }

  /** Freeze and thaw that overlap would leave half of the tree stopped. */
  #inTurn(action: () => Promise<void>): Promise<void> {
    const turn = this.#queue.then(action)
    this.#queue = turn.catch(() => undefined)
    return turn
  }
}
