import { startEventStoreNode } from '@mosaic/eventstore-node'

export interface Target extends AsyncDisposable {
  url: string
}

/** The server to judge: the one that MOSAIC_CONFORMANCE_URL names, or an embedded node of our own. */
export async function openTarget(): Promise<Target> {
  const url = process.env['MOSAIC_CONFORMANCE_URL']
  if (url) return { url, [Symbol.asyncDispose]: () => Promise.resolve() }
  const node = await startEventStoreNode({ memory: true })
  return { url: node.connectionString, [Symbol.asyncDispose]: () => node.close() }
}
