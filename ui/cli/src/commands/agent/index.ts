import type { Register } from '../../cli.ts'
import { registerAttach } from './attach.ts'
import { registerAnswer } from './answer.ts'
import { registerCalls } from './calls.ts'
import { registerKill } from './kill.ts'
import { registerKillAll } from './kill-all.ts'
import { registerList, registerMessages, registerShow, registerTree } from './look.ts'
import { registerSpawn } from './spawn.ts'
import { registerContinue, registerRetry } from './take-up.ts'
import { registerInject, registerPause, registerResume, registerRetryModel, registerTerminate } from './steer.ts'

const verbs: readonly Register[] = [
  registerSpawn,
  registerList,
  registerShow,
  registerMessages,
  registerCalls,
  registerTree,
  registerAnswer,
  registerAttach,
  registerInject,
  registerPause,
  registerResume,
  registerRetryModel,
  registerTerminate,
  registerContinue,
  registerRetry,
  registerKill,
  registerKillAll,
]

/** Agents: spawning, watching and steering them. */
export const registerAgent: Register = (program) => {
  const agent = program.command('agent').description('spawn, watch and steer agents')
  for (const register of verbs) register(agent)
}
