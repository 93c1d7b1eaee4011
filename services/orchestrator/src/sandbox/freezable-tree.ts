import { Freezer } from './freezer.ts'
import { aliveMembers, continueTree, killAll, type Members, stopTree } from './process-tree.ts'

/** The processes of one sandbox on this machine: freeze, kill and the proof that they are gone. */
export class FreezableTree extends Freezer {
  readonly members: Members

  constructor(members: Members) {
    super({ stop: () => stopTree(members), go: () => continueTree(members) })
    this.members = members
  }

  /** A stopped process needs no SIGCONT to die of SIGKILL. */
  async signalKill(): Promise<{ signalled: number }> {
    const alive = await aliveMembers(this.members)
    killAll(alive)
    return { signalled: alive.length }
  }

  async descendants(): Promise<number[]> {
    return (await aliveMembers(this.members)).map((entry) => entry.pid)
  }
}
