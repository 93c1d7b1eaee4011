import { hostname } from 'node:os'
import { join } from 'node:path'
import { createClient } from '@mosaic/client'
import { workerLabel } from '@mosaic/contracts/agent-session'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { contractsText } from '@mosaic/contracts/messaging'
import { runWorker } from '@mosaic/local-tier'
import { programOf } from '@mosaic/runtime'
import { type Command, InvalidArgumentError } from 'commander'
import pc from 'picocolors'
import { globalOptions, print, type Register, repositoryRoot } from '../../cli.ts'
import { explained } from '../../gateway/refusal.ts'
import { wholeFrom } from '../../numbers.ts'
import { readToken, tokenVariable } from './join-token.ts'
import { KeptCredential } from './kept-credential.ts'

type JoinOptions = { token?: string; label?: string[]; slots: number; port: number; name?: string }

export const registerJoin: Register = (worker) => {
  worker
    .command('join <url>')
    .description('run agents of an instance elsewhere on this machine, until Ctrl-C')
    .option('--token <source>', 'where its token is, the first time: - for standard input, @FILE for a file of yours')
    .option('--label <label...>', 'what this machine has that tasks may ask for', labels)
    .option('--slots <n>', 'agents at once', wholeFrom(1), 8)
    .option('--port <n>', 'where its orchestrator listens, on loopback (default: a free one)', wholeFrom(0), 0)
    .option('--name <name>', "how it is called (default: the host's name)")
    .addHelpText('after', help)
    .action(async (url: string, options: JoinOptions, command: Command) => {
      const { dataDir } = globalOptions(command)
      process.exitCode = await joinInstance(url, options, join(dataDir, 'worker'))
    })
}

async function joinInstance(url: string, options: JoinOptions, dataDir: string): Promise<number> {
  const { label: given = [], slots, port, name = hostname() } = options
  const interrupted = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => interrupted.abort())
  const kept = new KeptCredential(dataDir)
  const isGiven = options.token !== undefined || process.env[tokenVariable] !== undefined
  const shown =
    isGiven || !kept.isThere ? kept.forToken(await readToken(options.token, interrupted.signal)) : kept.shown()
  const body = { ...shown, ...programOf(import.meta.url, contractsText()), host: hostname(), labels: given, slots }
  const joined = await createClient({ url, timeoutMs: 30_000 })
    .call(gatewayRoutes.joinInstance, { body })
    .catch((error: unknown) => {
      throw explained(error)
    })
  kept.isGood(shown)
  print(`Joined ${url} as ${pc.bold(joined.workerId)} (${name}): ${slots} agents at once.`)
  return runWorker({
    root: repositoryRoot,
    dataDir,
    environment: {
      ...joined.environment,
      MOSAIC_INSTANCE_ID: `worker-${joined.workerId}`,
      // What it shows to the coordinator, and what that has to show to it.
      MOSAIC_SERVICE_TOKEN: shown.credential,
      MOSAIC_WORKER_ID: joined.workerId,
      MOSAIC_WORKER_NAME: name,
      MOSAIC_WORKER_SLOTS: String(slots),
      // Beside its slots the instance's own limits hold, where these are decided.
      MOSAIC_LIMIT_INSTANCE: '100000',
      MOSAIC_PORT: String(port),
      ...(given.length > 0 && { MOSAIC_WORKER_LABELS: given.join(',') }),
    },
    signal: interrupted.signal,
  })
}

function labels(text: string, before: string[] = []): string[] {
  const parsed = workerLabel.safeParse(text)
  if (parsed.success) return [...before, parsed.data]
  throw new InvalidArgumentError(parsed.error.issues[0]?.message ?? 'Expected a label.')
}

const help = `
  mosaic worker join https://mosaic.example                       # asks for the token
  mosaic worker join https://mosaic.example --token @/run/token   # in a file that only you can read
  vault read … | mosaic worker join https://mosaic.example --token -

${tokenVariable} may hold it as well. It is never taken as an argument: those are everybody's to read. It is needed
once: the worker keeps a credential of its own in its data folder, with which it joins again.`
