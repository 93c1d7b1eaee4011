import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startNats } from '@mosaic/embedded-nats'
import { startEventStoreNode } from '@mosaic/eventstore-node'

export type Engine = { readonly url: string; close(): Promise<void> }

const folder = (name: string) => mkdtempSync(join(tmpdir(), `mosaic-${name}-`))

/** An event store of this test file's own: in memory unless a folder is given. */
export async function startEventStore(options: { data?: string; port?: number } = {}): Promise<Engine> {
  const node = await startEventStoreNode({
    ...(options.data ? { data: options.data } : { memory: true }),
    ...(options.port !== undefined && { port: options.port }),
  })
  return { url: node.connectionString, close: () => node.close() }
}

/** A nats-server with JetStream in a folder of its own, which goes with it. */
export async function startMessaging(options: { data?: string; port?: number } = {}): Promise<Engine> {
  const data = options.data ?? folder('nats')
  const nats = await startNats({
    data,
    password: 'of-tests',
    ...(options.port !== undefined && { port: options.port }),
  })
  return {
    url: nats.url,
    async close() {
      await nats.close()
      if (!options.data) rmSync(data, { recursive: true, force: true })
    },
  }
}
