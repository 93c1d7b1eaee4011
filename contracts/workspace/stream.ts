import { streamFamily } from '../kernel/index.ts'

/** `workspace-{workspaceId}` */
export const workspaceStream = streamFamily('workspace')
