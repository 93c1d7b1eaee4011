import { isLive } from '../../domain/agent-session/index.ts'
import type { Mind, Run } from '../worktree/index.ts'
import { askAhead } from './ask-ahead.ts'
import { runtimeAsked } from './asked.ts'
import { takeTurn } from './call-model.ts'
import { compact, isCrowded } from './compact-context.ts'
import { FirstQuestion } from './first-question.ts'
import { runTool } from './run-tool.ts'
import { systemPrompt } from './system-prompt.ts'
import { tellUnheard } from './tell-unheard.ts'

/** Our own loop: a model is asked, and what it calls are our tools. */
export function modelMind(run: Run): Mind {
  const firstQuestion = new FirstQuestion()
  return {
    get mostTurns() {
      const { session } = run.journal
      return isLive(session) ? runtimeAsked(session.spec).maxTurns : 0
    },
    endsSilently: false,
    brings: () => ({}),
    introduction: systemPrompt,
    thinkAhead: (empty, ahead) => askAhead(run, firstQuestion, { ...ahead, empty }),
    isAhead: () => firstQuestion.isOf(run.journal),
    dropAhead: () => firstQuestion.drop(),
    tellUnheard: () => tellUnheard(run, firstQuestion),
    isCrowded: () => isCrowded(run),
    compact: (session) => compact(run, session),
    takeTurn: (session) => takeTurn(run, session, firstQuestion),
    runTool: (call) => runTool(run, call),
    forget: async () => undefined,
    end: () => undefined,
  }
}
