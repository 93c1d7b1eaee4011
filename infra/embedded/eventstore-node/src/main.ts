import { backup, serve, verify } from './cli.ts'

const VERBS: Record<string, (args: string[]) => Promise<number>> = { serve, verify, backup }

const [first = '', ...rest] = process.argv.slice(2)
const verb = VERBS[first]
const run = verb ? verb(rest) : serve(process.argv.slice(2))
run.then(
  (code) => {
    process.exitCode = code
  },
  (fault: unknown) => {
    const { name, message } = fault as Error
    process.stderr.write(`${name}: ${message}\n`)
    process.exit(name === 'UsageError' ? 2 : 1)
  },
)
