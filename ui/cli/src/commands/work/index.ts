import type { Register } from '../../cli.ts'
import { registerAllow } from './allow.ts'
import { registerDiff } from './diff.ts'
import { registerDiscard } from './discard.ts'
import { registerKeep } from './keep.ts'
import { registerLand } from './land.ts'
import { registerList } from './list.ts'
import { registerMerge } from './merge.ts'
import { registerOpenPr } from './open-pr.ts'
import { registerPrune } from './prune.ts'
import { registerPush } from './push.ts'
import { registerQueue } from './queue/index.ts'

const verbs: readonly Register[] = [
  registerList,
  registerDiff,
  registerLand,
  registerQueue,
  registerOpenPr,
  registerMerge,
  registerPush,
  registerAllow,
  registerKeep,
  registerDiscard,
  registerPrune,
]

/** What agents have made: their branches, and what they had not committed. */
export const registerWork: Register = (program) => {
  const work = program.command('work').description('what agents have made: look at it, land it, take it away')
  for (const register of verbs) register(work)
}
