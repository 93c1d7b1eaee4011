import type { Register } from '../../cli.ts'
import { registerJoin } from './join.ts'
import { registerList } from './list.ts'
import { registerSteering } from './steer.ts'
import { registerTokens } from './tokens.ts'

/** Machines that run agents. */
export const registerWorker: Register = (program) => {
  const worker = program.command('worker').description('machines that run agents')
  registerList(worker)
  registerTokens(worker)
  registerJoin(worker)
  registerSteering(worker)
}
