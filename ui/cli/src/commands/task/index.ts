import type { Register } from '../../cli.ts'
import { registerAdd } from './add.ts'
import { registerChoose } from './choose.ts'
import { registerList, registerShow } from './look.ts'
import { registerCancel, registerReorder, registerRetry } from './steer.ts'

const verbs: readonly Register[] = [
  registerAdd,
  registerList,
  registerShow,
  registerReorder,
  registerChoose,
  registerCancel,
  registerRetry,
]

/** Tasks: what agents take out of the queue. */
export const registerTask: Register = (program) => {
  const task = program.command('task').description('tasks that agents take out of the queue')
  for (const register of verbs) register(task)
}
