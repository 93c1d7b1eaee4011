import { componentNames, pathsOf } from '@mosaic/local-tier'
import { lastLines } from '@mosaic/runtime'
import { Argument, type Command, Option } from 'commander'
import { existsSync } from 'node:fs'
import { CliError, globalOptions, type Register, print } from '../../cli.ts'
import { wholeFrom } from '../../numbers.ts'
import { followFile } from './follow-file.ts'
import { readableLine } from './log-line.ts'

const names = [...componentNames, 'supervisor'] as const

export const registerLogs: Register = (program) => {
  program
    .command('logs')
    .description('what the components wrote')
    .addArgument(new Argument('[service]', 'one component; all without it').choices(names))
    .option('-f, --follow', 'go on printing what is written')
    .addOption(new Option('-n, --lines <count>', 'lines of each component').default(50).argParser(wholeFrom(0)))
    .action(async (service: string | undefined, options: { follow?: boolean; lines: number }, command: Command) => {
      const { dataDir, json } = globalOptions(command)
      const chosen = service ? [service] : names
      const files = chosen.map((name) => ({ name, file: pathsOf(dataDir).log(name) }))
      if (!options.follow && !files.some(({ file }) => existsSync(file)))
        throw new CliError(`there are no logs in ${dataDir}`, { hint: '"mosaic up" writes them.' })
      const width = service ? 0 : Math.max(...chosen.map((name) => name.length))
      const show = (name: string) => (line: string) =>
        print(json ? line : readableLine(line, width ? name.padEnd(width) : ''))
      for (const { name, file } of files) lastLines(file, options.lines).forEach(show(name))
      if (options.follow) await Promise.all(files.map(({ name, file }) => followFile(file, show(name))))
    })
}
