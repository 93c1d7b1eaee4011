import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type EventStoreNode, type NodeOptions, startEventStoreNode } from './node.ts'
import { NodeOptionsError, NodeStartError } from './opening.ts'
import { backupStore } from './storage/backup.ts'
import { verifyStore } from './storage/verify.ts'

const USAGE = `usage:
  serve (--data DIR | --mem) [--port N] [--host H] [--projections on-demand|all|none]
        [--tls-cert FILE --tls-key FILE] [--insecure-on-any-address]
  verify DIR            reads every event and says the first bad position
  backup DIR TARGET     copies a store, also while a node writes to it
`

/** The command line says something that cannot be meant: one line, and exit code 2. */
class UsageError extends Error {
  override name = 'UsageError'

  constructor(problem: string) {
    super(`${problem} (--help tells what there is)`)
  }
}

const port = z
  .string()
  .regex(/^\d{1,5}$/, 'a number from 0 to 65535')
  .transform(Number)
  .refine((number) => number <= 65_535, 'a number from 0 to 65535')

const flags = z
  .object({
    data: z.string().min(1, 'a folder').optional(),
    mem: z.boolean().optional(),
    port: port.default(2113),
    host: z.string().min(1, 'an address').default('127.0.0.1'),
    projections: z.enum(['on-demand', 'all', 'none'], 'on-demand, all or none').default('on-demand'),
    'tls-cert': z.string().min(1, 'a file').optional(),
    'tls-key': z.string().min(1, 'a file').optional(),
    'insecure-on-any-address': z.boolean().optional(),
  })
  .refine(({ data, mem }) => (data !== undefined) !== (mem === true), 'either --data DIR or --mem')
  .refine(
    (given) => (given['tls-cert'] === undefined) === (given['tls-key'] === undefined),
    '--tls-cert and --tls-key go together',
  )

const text = { type: 'string' } as const
const bool = { type: 'boolean' } as const
const OPTIONS = {
  data: text,
  mem: bool,
  port: text,
  host: text,
  projections: text,
  'tls-cert': text,
  'tls-key': text,
  'insecure-on-any-address': bool,
} as const

function parseFlags(args: string[]): z.infer<typeof flags> {
  let given: unknown
  try {
    given = parseArgs({ args, options: OPTIONS }).values
  } catch (fault) {
    // The first sentence names the argument; the rest is about dashes.
    throw new UsageError((fault as Error).message.split(/\. |\n/)[0]!)
  }
  const result = flags.safeParse(given)
  if (result.success) return result.data
  const problems = result.error.issues.map(
    (issue) => `${issue.path.map((part) => `--${String(part)}: `).join('')}${issue.message}`,
  )
  throw new UsageError(problems.join('; '))
}

function readPem(flag: string, file: string): Buffer {
  try {
    return readFileSync(file)
  } catch (cause) {
    const { code = 'unreadable' } = cause as NodeJS.ErrnoException
    throw new NodeStartError(`--${flag}: ${file} cannot be read (${code}).`, { cause })
  }
}

function toOptions(given: z.infer<typeof flags>): NodeOptions {
  const { data, mem, port: number, host, projections } = given
  const [cert, key] = [given['tls-cert'], given['tls-key']]
  const { MOSAIC_EVENTSTORE_ADMIN_PASSWORD: admin, MOSAIC_EVENTSTORE_OPS_PASSWORD: ops } = process.env
  return {
    port: number,
    host,
    projections,
    ...(data && { data }),
    ...(mem && { memory: true }),
    ...(cert && key && { tls: { cert: readPem('tls-cert', cert), key: readPem('tls-key', key) } }),
    ...(given['insecure-on-any-address'] && { insecureOnAnyAddress: true }),
    passwords: { ...(admin && { admin }), ...(ops && { ops }) },
  }
}

const isSupervised = (): boolean => process.env['MOSAIC_SUPERVISED'] === '1'

/** Resolves when the node was told to stop: by a signal, by a client, or because who started us is gone. */
function untilStopped(): { stop: () => void; stopped: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  process.once('SIGTERM', resolve)
  process.once('SIGINT', resolve)
  if (isSupervised()) {
    process.once('disconnect', resolve)
    process.stdin.once('end', resolve).once('close', resolve).resume()
  }
  return { stop: resolve, stopped: promise }
}

/** Passwords that were given are known to whoever gave them; what a supervisor writes down of a node is a log. */
function announce({ connectionString, newPasswords }: EventStoreNode, given: NodeOptions['passwords'] = {}): void {
  process.stdout.write(`EventStoreDB node ready: ${connectionString}\n`)
  const madeUp = (['admin', 'ops'] as const).filter((login) => newPasswords && !given[login])
  if (madeUp.length === 0 || isSupervised()) return
  const told = madeUp.map((login) => `${login}'s password is ${newPasswords![login]}`)
  process.stdout.write(`First start: ${told.join(', ')}\n`)
}

/** Starts the node; what its options lack is the command line's fault. */
const start = (options: NodeOptions): Promise<EventStoreNode> =>
  startEventStoreNode(options).catch((fault: unknown) => {
    if (!(fault instanceof NodeOptionsError)) throw fault
    throw new UsageError(fault.message.replace('insecureOnAnyAddress', '--insecure-on-any-address'))
  })

/** Runs a node until it is stopped. */
export async function serve(args: string[]): Promise<number> {
  const options = toOptions(parseFlags(args))
  const { stop, stopped } = untilStopped()
  const node = await start({ ...options, onShutdown: stop })
  announce(node, options.passwords)
  await stopped
  await node.close()
  // Whatever still holds the event loop, the store is closed.
  setTimeout(() => process.exit(0), 100).unref()
  return 0
}

/** Exactly as many folders as a verb wants. */
function folders(args: string[], verb: string, names: readonly string[]): string[] {
  const flag = args.find((arg) => arg.startsWith('-'))
  if (flag !== undefined) throw new UsageError(`Unknown option '${flag}'`)
  if (args.length !== names.length || args.includes('')) throw new UsageError(`Expected: ${verb} ${names.join(' ')}`)
  return args
}

export async function verify(args: string[]): Promise<number> {
  const [folder] = folders(args, 'verify', ['DIR']) as [string]
  const { events, streams, links, dangling, newest } = verifyStore(folder)
  const nowhere = dangling > 0 ? ` (${dangling} to events that are gone)` : ''
  process.stdout.write(
    `ok: ${events} events in ${streams} streams, ${links} of them links${nowhere}, up to position ${newest}\n`,
  )
  return 0
}

export async function backup(args: string[]): Promise<number> {
  const [folder, target] = folders(args, 'backup', ['DIR', 'TARGET']) as [string, string]
  const { events, newest } = await backupStore(folder, target)
  process.stdout.write(`ok: ${events} events up to position ${newest} copied to ${target} and verified\n`)
  return 0
}

export async function help(): Promise<number> {
  process.stdout.write(USAGE)
  return 0
}
