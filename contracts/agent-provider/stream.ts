import { streamFamily } from '../kernel/index.ts'

/** `agentProviders-{workspaceId}`: all of a workspace in one stream, whose revision decides who has a name first. */
export const agentProvidersStream = streamFamily('agentProviders')
