import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { exitCodes, type Register, repositoryRoot } from '../../cli.ts'

export const registerModelCheck: Register = (model) => {
  model
    .command('check <scenario...>')
    .description('whether the scripted model can play these files, or scenarios of these names; needs nothing running')
    .addHelpText('after', '\nExit codes: 0 they can be played, 1 they cannot, with file, line and reason.')
    .action(async (scenarios: string[]) => {
      process.exitCode = await check(scenarios)
    })
}

/** By the Node that this runs on, whatever is on the PATH. */
function check(scenarios: readonly string[]): Promise<number> {
  const main = join(repositoryRoot, 'services/scripted-model/src/main.ts')
  const child = spawn(process.execPath, [main, 'check', ...scenarios], { stdio: 'inherit' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code ?? exitCodes.failed))
  })
}
