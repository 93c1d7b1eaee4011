import { backup, help, serve, verify } from './cli.ts'

const VERBS: Record<string, (args: string[]) => Promise<number>> = {
  serve,
  verify,
  backup,
  help,
  '--help': help,
  '-h': help,
}

const [first = '', ...rest] = process.argv.slice(2)
const verb = Object.hasOwn(VERBS, first) ? VERBS[first] : undefined
const run = verb ? verb(rest) : serve(process.argv.slice(2))
run.then(
  (code) => {
    process.exitCode = code
  },
  (fault: unknown) => {
    const { name, message } = fault as Error
    process.stderr.write(`${name}: ${message.replaceAll(/\s*\n\s*/g, ' ')}\n`)
    process.exit(name === 'UsageError' ? 2 : 1)
  },
)
