import type { Command, CommandOf, CommandType } from './commands.ts'
import { approvals } from './deciders/approvals.ts'
import { attention } from './deciders/attention.ts'
import { control } from './deciders/control.ts'
import { type Deciders, type Decision, type EndedDeciders, isOver, refuse } from './deciders/decision.ts'
import { history } from './deciders/history.ts'
import { adopt, endedLife, life, spawn } from './deciders/life.ts'
import { messages } from './deciders/messages.ts'
import { quality } from './deciders/quality.ts'
import { endedSteps, steps } from './deciders/steps.ts'
import { terminal } from './deciders/terminal.ts'
import { endedWork, work } from './deciders/work.ts'
import { type AgentSession, type EndedSession, isLive, type LiveSession } from './state.ts'

const deciders: Deciders = {
  ...life,
  ...steps,
  ...history,
  ...messages,
  ...control,
  ...approvals,
  ...attention,
  ...work,
  ...quality,
  ...terminal,
}
const endedDeciders: EndedDeciders = { ...endedLife, ...endedSteps, ...endedWork }

export function decide(command: Command, session: AgentSession): Decision {
  if (session.status === 'none') {
    if (command.type === 'SpawnAgent') return spawn(command)
    if (command.type === 'AdoptAgent') return adopt(command)
    return refuse('SESSION_NOT_FOUND', 'there is no such session')
  }
  if ('epoch' in command && command.epoch !== session.claim?.epoch) {
    return refuse('SESSION_TAKEN_OVER', 'the session is run by another owner now')
  }
  return isLive(session) ? decideLive(command, session) : decideEnded(command, session)
}

// Typed by key: a command always meets the function of its own type.

const decideLive = <Type extends CommandType>(command: CommandOf<Type>, live: LiveSession): Decision =>
  (deciders[command.type] as (command: CommandOf<Type>, live: LiveSession) => Decision)(command, live)

function decideEnded<Type extends CommandType>(command: CommandOf<Type>, ended: EndedSession): Decision {
  const decider = endedDeciders[command.type] as
    | ((command: CommandOf<Type>, ended: EndedSession) => Decision)
    | undefined
  return decider ? decider(command, ended) : isOver(ended)
}
