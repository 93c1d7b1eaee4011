import { type Decider, ok } from '@mosaic/contracts/kernel'
import type { WorkspaceEvent, WorkspaceRejection } from '@mosaic/contracts/workspace'

export type Workspace = { readonly status: 'none' } | { readonly status: 'created' }
export type WorkspaceCommand = {
  readonly type: 'CreateWorkspace'
  readonly workspaceId: string
  readonly name: string
}

/** Creating a workspace that is there changes nothing: every start of the orchestrator asks for its own. */
export const workspace: Decider<Workspace, WorkspaceCommand, WorkspaceEvent, WorkspaceRejection> = {
  initialState: { status: 'none' },
  decide: ({ workspaceId, name }, state) =>
    ok(state.status === 'none' ? [{ type: 'WorkspaceCreated', data: { workspaceId, name } }] : []),
  evolve: (_, event) => {
    switch (event.type) {
      case 'WorkspaceCreated':
        return { status: 'created' }
    }
  },
}
