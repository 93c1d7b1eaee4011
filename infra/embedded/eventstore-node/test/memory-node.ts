import { EventStoreDBClient } from '@eventstore/db-client'
import { afterAll, beforeAll } from 'vitest'
import { type EventStoreNode, type NodeOptions, startEventStoreNode } from '../src/index.ts'
import { RawStreams } from './raw-calls.ts'
import { RawGroups } from './raw-groups.ts'

/** The node of a test file and who calls it, once `useMemoryNode` has run. */
export let node: EventStoreNode
export let client: EventStoreDBClient
export let raw: RawStreams
export let groups: RawGroups

/** Starts a node in memory before the tests of a file, and stops it after them. */
export function useMemoryNode(options: Pick<NodeOptions, 'projections'> = {}): void {
  beforeAll(async () => {
    node = await startEventStoreNode({ memory: true, ...options })
    client = EventStoreDBClient.connectionString(node.connectionString)
    raw = new RawStreams(node.port)
    groups = new RawGroups(node.port)
  })
  afterAll(async () => {
    raw.close()
    groups.close()
    await client.dispose()
    await node.close()
  })
}
