import { defineFold } from './reaction.ts'

/** The workspaces that there are. */
export const knownWorkspaces = defineFold({
  name: 'known-workspaces',
  version: 1,
  handles: ['WorkspaceCreated'],
  initial: [] as readonly string[],
  evolve: (known, { data: { workspaceId } }) => (known.includes(workspaceId) ? known : [...known, workspaceId]),
})
