/** Refusals that concern a workspace. */
export const workspaceRejections = ['WORKSPACE_NOT_FOUND', 'WRONG_WORKSPACE'] as const
export type WorkspaceRejection = (typeof workspaceRejections)[number]
