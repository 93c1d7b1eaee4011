import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { type EventStoreNode, type NodeOptions, startEventStoreNode } from './node.ts'
import { backupStore } from './storage/backup.ts'
import { verifyStore } from './storage/verify.ts'

const USAGE = `usage:
  serve (--data DIR | --mem) [--port N] [--host H] [--projections on-demand|all|none]
        [--tls-cert FILE --tls-key FILE] [--insecure-on-any-address]
  verify DIR            reads every event and says the first bad position
  backup DIR TARGET     copies a store, also while a node writes to it`

class UsageError extends Error {
  override name = 'UsageError'
}

const flags = z
  .object({
    data: z.string().min(1).optional(),
    mem: z.boolean().optional(),
    port: z.coerce.number().int().min(0).max(65_535).default(2113),
    host: z.string().min(1).default('127.0.0.1'),
    projections: z.enum(['on-demand', 'all', 'none']).default('on-demand'),
    'tls-cert': z.string().optional(),
    'tls-key': z.string().optional(),
    'insecure-on-any-address': z.boolean().optional(),
  })
  .refine(({ data, mem }) => (data !== undefined) !== (mem === true), 'either --data DIR or --mem')
  .refine(
    (given) => (given['tls-cert'] === undefined) === (given['tls-key'] === undefined),
    '--tls-cert and --tls-key go together',
  )

function parseFlags(args: string[]): z.infer<typeof flags> {
  const text = { type: 'string' } as const
  const bool = { type: 'boolean' } as const
  const { values } = parseArgs({
    args,
    options: {
      data: text,
      mem: bool,
      port: text,
      host: text,
      projections: text,
      'tls-cert': text,
      'tls-key': text,
      'insecure-on-any-address': bool,
    },
  })
  const result = flags.safeParse(values)
  if (result.success) return result.data
  const problems = result.error.issues.map(
    (issue) => `${issue.path.map((part) => `--${String(part)}: `).join('')}${issue.message}`,
  )
  throw new UsageError(`${problems.join('\n')}\n${USAGE}`)
}

function toOptions(given: z.infer<typeof flags>): NodeOptions {
  const { data, mem, port, host, projections } = given
  const [cert, key] = [given['tls-cert'], given['tls-key']]
  const { MOSAIC_EVENTSTORE_ADMIN_PASSWORD: admin, MOSAIC_EVENTSTORE_OPS_PASSWORD: ops } = process.env
  return {
    port,
    host,
    projections,
    ...(data && { data }),
    ...(mem && { memory: true }),
    ...(cert && key && { tls: { cert: readFileSync(cert), key: readFileSync(key) } }),
    ...(given['insecure-on-any-address'] && { insecureOnAnyAddress: true }),
    passwords: { ...(admin && { admin }), ...(ops && { ops }) },
  }
}

/** Resolves when the node was told to stop: by a signal, by a client, or because who started us is gone. */
function untilStopped(): { stop: () => void; stopped: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>()
  process.once('SIGTERM', resolve)
  process.once('SIGINT', resolve)
  if (process.env['MOSAIC_SUPERVISED'] === '1') {
    process.once('disconnect', resolve)
    process.stdin.once('end', resolve).once('close', resolve).resume()
  }
  return { stop: resolve, stopped: promise }
}

function announce({ connectionString, newPasswords }: EventStoreNode): void {
  process.stdout.write(`EventStoreDB node ready: ${connectionString}\n`)
  if (!newPasswords) return
  process.stdout.write(`First start: admin's password is ${newPasswords.admin}, ops' is ${newPasswords.ops}\n`)
}

/** Runs a node until it is stopped. */
export async function serve(args: string[]): Promise<number> {
  const { stop, stopped } = untilStopped()
  const node = await startEventStoreNode({ ...toOptions(parseFlags(args)), onShutdown: stop })
  announce(node)
  await stopped
  await node.close()
  // Whatever still holds the event loop, the store is closed.
  setTimeout(() => process.exit(0), 100).unref()
  return 0
}

export async function verify([folder]: string[]): Promise<number> {
  if (!folder) throw new UsageError(USAGE)
  const { events, streams, links, newest } = verifyStore(folder)
  process.stdout.write(`ok: ${events} events in ${streams} streams, ${links} of them links, up to position ${newest}\n`)
  return 0
}

export async function backup([folder, target]: string[]): Promise<number> {
  if (!folder || !target) throw new UsageError(USAGE)
  const { events, newest } = await backupStore(folder, target)
  process.stdout.write(`ok: ${events} events up to position ${newest} copied to ${target} and verified\n`)
  return 0
}
