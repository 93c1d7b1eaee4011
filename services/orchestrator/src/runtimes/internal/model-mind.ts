import { isLive } from '../../domain/agent-session/index.ts'
import { askAhead } from './ask-ahead.ts'
import { runtimeAsked } from './asked.ts'
import { takeTurn } from './call-model.ts'
import { isCrowded } from './compact-context.ts'
import type { Mind } from './mind.ts'
import type { Run } from './run.ts'
import { runTool } from './run-tool.ts'
import { systemPrompt } from './system-prompt.ts'

/** Our own loop: a model is asked, and what it calls are our tools. */
export const modelMind = (run: Run): Mind => ({
  get mostTurns() {
    const { session } = run.journal
    return isLive(session) ? runtimeAsked(session.spec).maxTurns : 0
  },
  endsSilently: false,
  brings: () => ({}),
  introduction: systemPrompt,
  thinkAhead: (empty, ahead) => askAhead(run, empty, ahead),
  isCrowded: () => isCrowded(run),
  takeTurn: (session) => takeTurn(run, session),
  runTool: (call) => runTool(run, call),
  end: () => undefined,
})
