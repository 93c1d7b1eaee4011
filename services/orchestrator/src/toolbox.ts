import type { Toolbox } from './agent-loop/deps.ts'

/** The tools of this orchestrator. */
export const toolbox: Toolbox = {
  definitions: [],
  run: async (call) => ({ content: `There is no tool ${call.name}.`, isError: true, durationMs: 0, details: {} }),
}
