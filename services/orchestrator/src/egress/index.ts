export { lookUp, type Network } from './destination.ts'
export type { Connections } from './tally.ts'
export { upstreamProxy } from './upstream-proxy.ts'
export { WayOut } from './way-out.ts'
