export { type EventStoreNode, type NodeOptions, startEventStoreNode } from './node.ts'
