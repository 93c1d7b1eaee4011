import { parseArgs } from 'node:util'
import { startEventStoreNode } from './node.ts'

const USAGE = `usage:
  main.ts [serve] (--data DIR | --mem) [--port N] [--host H]`

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`)
  process.exit(code)
}

async function serve(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { data: { type: 'string' }, mem: { type: 'boolean' }, port: { type: 'string' }, host: { type: 'string' } },
  })
  const port = Number(values.port ?? 2113)
  if (!Number.isInteger(port) || port < 0 || port > 65_535) fail(`--port ${values.port}: not a port`, 2)
  if (!values.data && !values.mem) fail(USAGE, 2)
  const node = await startEventStoreNode({
    ...(values.data && { data: values.data }),
    ...(values.mem && { memory: true }),
    ...(values.host && { host: values.host }),
    port,
  })
  process.stdout.write(`EventStoreDB node ready: ${node.connectionString}\n`)

  const stop = () => {
    node.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
  if (process.env['MOSAIC_SUPERVISED'] !== '1') return
  // Who started us is gone when its end of the pipe closes.
  process.once('disconnect', stop)
  process.stdin.once('end', stop).once('close', stop).resume()
}

serve(process.argv.slice(2).filter((argument, index) => index > 0 || argument !== 'serve')).catch((fault: unknown) => {
  fail((fault as Error).message, 1)
})
