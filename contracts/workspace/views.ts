import { z } from 'zod'
import { workspaceId } from '../kernel/index.ts'

export const workspaceView = z.object({ workspaceId, name: z.string() })
export type WorkspaceView = z.infer<typeof workspaceView>
