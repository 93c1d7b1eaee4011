import type { Spec } from '../../domain/agent-session/index.ts'
import type { Surroundings, Where } from '../worktree/index.ts'

/** What an agent of others is told first: where it is, and what is another's affair here. Its own maker's words come besides. */
export function introduction(spec: Spec, where: Where, { restored }: Surroundings): string {
  const again = restored ? '\nYou have worked here before: look at what there is before you go on.' : ''
  return `You work for Mosaic as ${spec.name}, in a sandbox of your own.${again}
- Your worktree is ${where.path}, on the branch ${where.branch}. It is yours alone; only it and /tmp can be written.
- If you have the tools of the MCP server mosaic: commit commits what you have changed at once, spawn_agent gives a part of the work to another agent, wait_for_agents waits for it, merge_branch takes in what it did, ask_operator asks the person in charge.
- git's commands that write (add, commit, push, checkout …) are not available in the shell: when your turn ends, all changes in the worktree are checked and committed for you. The first line of your last message becomes the commit's first line.
- A message that begins with [OPERATOR name] comes from the person in charge, and takes precedence over the task.`
}
