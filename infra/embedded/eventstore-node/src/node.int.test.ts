import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import {
  EventStoreDBClient,
  START,
  jsonEvent,
  persistentSubscriptionToStreamSettingsFromDefaults,
} from '@eventstore/db-client'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { StoreLockedError, backupStore, startEventStoreNode, verifyStore } from './index.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'eventstore-node-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const events = (count: number, size = 10) =>
  Array.from({ length: count }, (_, n) => jsonEvent({ type: 'Counted', data: { n, filler: 'x'.repeat(size) } }))

async function count(items: AsyncIterable<unknown>): Promise<number> {
  let found = 0
  for await (const _ of items) found++
  return found
}

/** Runs with a client, which is gone before the node is. */
async function using<Result>(url: string, work: (client: EventStoreDBClient) => Promise<Result>): Promise<Result> {
  const client = EventStoreDBClient.connectionString(url)
  try {
    return await work(client)
  } finally {
    await client.dispose()
  }
}

describe('a node in memory', () => {
  test('is there again and again', async () => {
    await (await startEventStoreNode({ memory: true })).close()
    await using node = await startEventStoreNode({ memory: true })
    await using(node.connectionString, (client) => client.appendToStream('s', events(1)))
  })

  test('answers over HTTP on the same port', async () => {
    await using node = await startEventStoreNode({ memory: true })
    const live = await fetch(`http://127.0.0.1:${node.port}/health/live`)
    expect(live.status).toBe(204)
    const info = (await (await fetch(`http://127.0.0.1:${node.port}/info`)).json()) as { state: string }
    expect(info.state).toBe('leader')
  })

  test('feeds a thousand live subscriptions', async () => {
    await using node = await startEventStoreNode({ memory: true })
    await using(node.connectionString, async (client) => {
      const seen = Array.from({ length: 1000 }, () => 0)
      const { promise: everybody, resolve } = Promise.withResolvers<void>()
      let complete = 0
      for (const [index] of seen.entries()) {
        client.subscribeToStream('busy', { fromRevision: START }).on('data', () => {
          seen[index]!++
          if (seen[index] === 3 && ++complete === seen.length) resolve()
        })
      }
      await client.appendToStream('busy', events(3))
      await everybody
      expect(new Set(seen)).toEqual(new Set([3]))
    })
  })

  test('survives thousands of connections that say nothing or nonsense', async () => {
    await using node = await startEventStoreNode({ memory: true })
    const knock = (words: string) =>
      new Promise<void>((resolve) => {
        const socket = connect(node.port, '127.0.0.1', () => {
          socket.write(words)
          setImmediate(() => socket.destroy())
        })
        socket.on('error', () => {}).once('close', () => resolve())
      })
    for (let round = 0; round < 20; round++) {
      await Promise.all(
        Array.from({ length: 100 }, (_, n) =>
          knock(['P', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'GET / x\r\n', '\0'][n % 4]!),
        ),
      )
    }
    await using(node.connectionString, (client) => client.appendToStream('s', events(1)))
  })
})

describe('a node in a folder', () => {
  const data = () => join(folder, 'store')

  test('has everything again after a restart: events, ids, persistent subscriptions', async () => {
    const repeated = events(2)
    const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START })
    {
      await using node = await startEventStoreNode({ data: data() })
      await using(node.connectionString, async (client) => {
        await client.appendToStream('s', repeated)
        await client.createPersistentSubscriptionToStream('s', 'group', settings)
      })
    }
    await using node = await startEventStoreNode({ data: data() })
    await using(node.connectionString, async (client) => {
      expect((await client.appendToStream('s', repeated)).nextExpectedRevision).toBe(1n)
      expect(await count(client.readStream('s'))).toBe(2)
      expect((await client.getPersistentSubscriptionToStreamInfo('s', 'group')).groupName).toBe('group')
    })
  })

  test('refuses a store that is in use', async () => {
    await using _node = await startEventStoreNode({ data: data() })
    await expect(startEventStoreNode({ data: data() })).rejects.toThrow(StoreLockedError)
  })

  test('refuses a store that a newer version wrote, and leaves it alone', async () => {
    await (await startEventStoreNode({ data: data() })).close()
    const db = new DatabaseSync(join(data(), 'events.db'))
    db.exec('PRAGMA user_version = 999')
    db.close()
    const before = statSync(join(data(), 'events.db')).mtimeMs
    await expect(startEventStoreNode({ data: data() })).rejects.toThrow(/newer version/)
    expect(statSync(join(data(), 'events.db')).mtimeMs).toBe(before)
  })

  test('is backed up while it is written to', async () => {
    await using node = await startEventStoreNode({ data: data() })
    await using(node.connectionString, async (client) => {
      await client.appendToStream('s', events(500))
      const writing = Promise.all(Array.from({ length: 50 }, (_, n) => client.appendToStream(`t-${n}`, events(1))))
      const copied = await backupStore(data(), join(folder, 'copy'))
      await writing
      expect(copied.events).toBeGreaterThanOrEqual(500)
    })
    await using copy = await startEventStoreNode({ data: join(folder, 'copy') })
    await using(copy.connectionString, async (client) => expect(await count(client.readStream('s'))).toBe(500))
  })

  test('gives back what a scavenge frees, while appends go on', async () => {
    await using node = await startEventStoreNode({ data: data() })
    await using(node.connectionString, async (client) => {
      for (let n = 0; n < 4; n++) await client.appendToStream('cut', events(500, 1000))
      await client.appendToStream('gone', events(500, 1000))
      await client.appendToStream('kept', events(10))
      await client.setStreamMetadata('cut', { maxCount: 10 })
      await client.deleteStream('gone')
      const id = randomUUID()
      await scavenge(client, node.port)
      await client.appendToStream('kept', events(1))
      expect(await count(client.readStream('cut'))).toBe(10)
      expect(await count(client.readStream('kept'))).toBe(11)
      await expect(client.appendToStream('gone', jsonEvent({ id, type: 'Back', data: {} }))).resolves.toMatchObject({
        nextExpectedRevision: 500n,
      })
    })
    await node.close()
    expect(statSync(join(data(), 'events.db')).size).toBeLessThan(500_000)
    expect(verifyStore(data()).events).toBeLessThan(100)
  })
})

/** Starts a scavenge over gRPC and waits until its stream says that it is complete. */
async function scavenge(client: EventStoreDBClient, port: number): Promise<void> {
  const { Client, credentials } = await import('@grpc/grpc-js')
  const operations = new Client(`127.0.0.1:${port}`, credentials.createInsecure())
  const path = '/event_store.client.operations.Operations/StartScavenge'
  const same = (bytes: Buffer) => bytes
  const request = Buffer.from([0x0a, 0x02, 0x08, 0x01])
  const answer = await new Promise<Buffer>((resolve, reject) => {
    operations.makeUnaryRequest(path, same, same, request, (fault, value) => (fault ? reject(fault) : resolve(value!)))
  })
  operations.close()
  const id = answer.subarray(2, 38).toString()
  for await (const { event } of client.subscribeToStream(`$scavenges-${id}`)) {
    if (event?.type === '$scavengeCompleted') break
  }
}
