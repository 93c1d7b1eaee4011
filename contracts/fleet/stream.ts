import { streamFamily } from '../kernel/index.ts'

/** `fleet-{workspaceId}` */
export const fleetStream = streamFamily('fleet')
