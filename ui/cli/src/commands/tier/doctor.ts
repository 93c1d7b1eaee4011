import type { Command } from 'commander'
import pc from 'picocolors'
import { exitCodes, globalOptions, type Register, print, printJson } from '../../cli.ts'
import { type Finding, runChecks } from './doctor-checks.ts'

export const registerDoctor: Register = (program) => {
  program
    .command('doctor')
    .description('check what Mosaic needs on this machine, and say what to do')
    .addHelpText('after', '\nExit codes: 0 nothing fails (warnings may be there), 1 something does.')
    .action(async (_options: unknown, command: Command) => {
      const { dataDir, json } = globalOptions(command)
      const findings = await runChecks(dataDir)
      if (findings.some(({ result }) => result === 'fail')) process.exitCode = exitCodes.failed
      if (json) return printJson({ checks: findings })
      for (const finding of findings) print(lineOf(finding))
    })
}

const marks: Record<Finding['result'], string> = { ok: pc.green('✓'), warn: pc.yellow('!'), fail: pc.red('✕') }

function lineOf({ check, result, found, todo }: Finding): string {
  return `${marks[result]} ${check.padEnd(12)} ${found}${todo ? `\n${' '.repeat(15)}${pc.dim(todo)}` : ''}`
}
