import { streamFamily } from '../kernel/index.ts'

/** `agentSession-{sessionId}` */
export const agentSessionStream = streamFamily('agentSession')
