import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { type Connections, type Network, WayOut } from '../src/egress/index.ts'

/** A way out with the names that a test gives it, and what is told of it; gone at the end of the block. */
export class TestWayOut implements AsyncDisposable {
  readonly told: Connections[] = []
  readonly folder = mkdtempSync(join(tmpdir(), 'mosaic-way-out-'))
  readonly socket = join(this.folder, 'socket')
  readonly wayOut: WayOut

  private constructor(hosts: readonly string[], network: Network) {
    this.wayOut = new WayOut({ hosts, network, tell: async (connections) => void this.told.push(connections) })
  }

  static async open(hosts: readonly string[], names: Record<string, string> = {}, proxy?: Network['proxy']) {
    const lookup = async (host: string) => {
      const address = names[host]
      if (!address) throw new Error(`nobody knows ${host}`)
      return [address]
    }
    const way = new TestWayOut(hosts, { lookup, proxy })
    await way.wayOut.listen(way.socket)
    return way
  }

  client(): Socket {
    return connect({ path: this.socket }).on('error', () => undefined)
  }

  /** What comes back for these bytes, until the other side closes. */
  async ask(bytes: string): Promise<string> {
    const client = this.client()
    client.write(bytes)
    return text(client).catch(() => '')
  }

  /** A tunnel to there. @throws with what came back when there is none */
  async tunnel(target: string): Promise<Socket> {
    const client = this.client()
    client.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`)
    const [head] = (await once(client, 'data')) as [Buffer]
    if (!head.toString().startsWith('HTTP/1.1 200')) throw new Error(head.toString())
    return client
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.wayOut.close()
    rmSync(this.folder, { recursive: true })
  }
}
