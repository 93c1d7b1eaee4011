// Which step answers a conversation. Nothing is remembered between requests: the scenario is played again from the
// first turn over the conversation that the request carries, so that the same conversation always gets the same answer,
// also from another process.
import { matches } from './conditions.ts'
import type { Match, Situation } from './conditions.ts'
import type { Conversation, Incoming, OperatorMessage, ToolResult } from './conversation.ts'
import type { Agent, Call, Interrupt, Scenario, Step } from './schema.ts'
import type { Scope } from './template.ts'

/** The step to play now and the names that its templates see. */
export interface Scene {
  agent: Agent
  /** `undefined` when the agent's steps have all been played. */
  step: Step | undefined
  /** How often this step has been played before, and the turn's number from 1. */
  visit: number
  turn: number
  scope: Scope
  situation: Situation
}

/** One list of steps being played: the agent's own, or an interrupt's on top of it. */
interface Frame {
  steps: readonly Step[]
  index: number
  results: readonly ToolResult[]
}

interface State {
  frames: Frame[]
  turn: number
  played: { frame: Frame; step: Step } | undefined
  visits: Map<object, number>
  jumps: Map<object, number>
  capture: Record<string, unknown>
  pending: OperatorMessage[]
  operator: OperatorMessage & { count: number }
  match: string[]
  base: ReturnType<typeof baseScope>
}

/** `undefined` when the scenario has no agent for whoever asks. */
export function sceneFor(scenario: Scenario, conversation: Conversation): Scene | undefined {
  const found = findAgent(scenario, conversation)
  if (!found) return undefined
  const { agent, taskMatch } = found
  const state: State = {
    frames: [{ steps: agent.steps, index: 0, results: [] }],
    turn: 0,
    played: undefined,
    visits: new Map(),
    jumps: new Map(),
    capture: {},
    pending: [],
    operator: { name: '', text: '', count: 0 },
    match: [],
    base: baseScope(conversation, taskMatch),
  }
  let incoming: Incoming = { said: '', operator: [], results: [] }
  let step: Step | undefined
  for (incoming of conversation.incoming) {
    settle(state, incoming)
    step = choose(state, agent, incoming)
  }
  return {
    agent,
    step,
    visit: step ? (state.visits.get(step) ?? 1) - 1 : 0,
    turn: state.turn,
    scope: scopeOf(state),
    situation: situationOf(state, incoming),
  }
}

function findAgent(scenario: Scenario, { header, task }: Pick<Conversation, 'header' | 'task'>) {
  for (const agent of scenario.agents) {
    const { agentType, task: regex, header: lines } = agent.match
    const types = agentType === undefined ? undefined : [agentType].flat()
    const taskMatch = regex ? regex.exec(task) : []
    if (types && !types.includes(header['agent-type'] ?? '')) continue
    if (!taskMatch || !Object.entries(lines ?? {}).every(([key, value]) => value.test(header[key] ?? ''))) continue
    return { agent, taskMatch: [...taskMatch].map((group) => group ?? '') }
  }
  return undefined
}

/** Takes in what came back: results go to the list that asked, then captures, then where that list goes on. */
function settle(state: State, incoming: Incoming): void {
  state.pending.push(...incoming.operator)
  const { played } = state
  state.turn += 1
  if (!played) return
  const { frame, step } = played
  frame.results = incoming.results
  const situation = situationOf(state, incoming)
  for (const [name, source] of Object.entries(step.capture ?? {})) {
    const found = 'regex' in source ? capturedText(source, situation, state) : source.value(scopeOf(state))
    if (found !== undefined) state.capture[name] = found
  }
  frame.index = following(state, frame, step, situation)
  state.frames = state.frames.filter((other, depth) => depth === 0 || other.index < other.steps.length)
}

function capturedText(source: { in: string; regex: RegExp }, { results }: Situation, state: State) {
  const texts: Record<string, string> = {
    result: results.map(({ text }) => text).join('\n'),
    task: state.base.task.text,
    operator: state.operator.text,
  }
  const found = source.regex.exec(texts[source.in] ?? '')
  return found ? (found[1] ?? found[0]) : undefined
}

function following(state: State, frame: Frame, step: Step, situation: Situation): number {
  const { repeat, next } = step
  if (repeat && (state.visits.get(step) ?? 0) <= repeat.max && matches(repeat.while, situation)) return frame.index
  const jumps =
    typeof next === 'string' ? [{ step: next, when: undefined, max: Number.POSITIVE_INFINITY }] : (next ?? [])
  for (const jump of jumps) {
    const taken = state.jumps.get(jump) ?? 0
    if (taken >= jump.max || !matches(jump.when, situation)) continue
    state.jumps.set(jump, taken + 1)
    return frame.steps.findIndex(({ id }) => id === jump.step)
  }
  return frame.index + 1
}

function choose(state: State, agent: Agent, incoming: Incoming): Step | undefined {
  const next = nextStep(state, incoming)
  const interrupt = next?.step.hold ? undefined : interrupting(state, agent, incoming)
  const chosen = interrupt ?? next
  state.played = chosen
  if (!chosen) return undefined
  const { step, match } = chosen
  state.visits.set(step, (state.visits.get(step) ?? 0) + 1)
  if (match.groups.length > 0) state.match = match.groups
  Object.assign(state.capture, match.named)
  return step
}

type Choice = { frame: Frame; step: Step; match: Match }

/** The first step, from where the topmost list is, whose condition holds. Lists that have come to their end are left. */
function nextStep(state: State, incoming: Incoming): Choice | undefined {
  for (;;) {
    const frame = state.frames.at(-1)
    if (!frame) return undefined
    for (; frame.index < frame.steps.length; frame.index += 1) {
      const step = frame.steps[frame.index]
      const match = step && matches(step.when, situationOf(state, incoming))
      if (step && match && playable(step, situationOf(state, incoming), scopeOf(state))) return { frame, step, match }
    }
    if (state.frames.length === 1) return undefined
    state.frames.pop()
  }
}

/** A step whose calls all fall away would end the turn with nothing done: it is skipped. */
function playable(step: Step, situation: Situation, scope: Scope): boolean {
  const calls = [step.call ?? []].flat()
  return calls.length === 0 || calls.some((call) => callItems(call, situation, scope).length > 0)
}

/** Once per element of `each`; once with no item when there is no `each`; never when `when` does not hold. */
export function callItems(call: Call, situation: Situation, scope: Scope): unknown[] {
  if (!matches(call.when, situation)) return []
  if (!call.each) return [undefined]
  const items = call.each.value(scope)
  return Array.isArray(items) ? items : []
}

function interrupting(state: State, agent: Agent, incoming: Incoming): Choice | undefined {
  for (const interrupt of agent.interrupts) {
    const count = state.visits.get(interrupt) ?? 0
    const match = count < interrupt.max ? matches(interrupt.when, situationOf(state, incoming)) : undefined
    if (!match) continue
    const frame: Frame = { steps: interrupt.steps, index: 0, results: state.frames.at(-1)?.results ?? [] }
    state.visits.set(interrupt, count + 1)
    state.frames.push(frame)
    hearOperator(state, interrupt)
    const chosen = nextStep(state, incoming)
    if (chosen) return { ...chosen, match: merged(match, chosen.match) }
  }
  return undefined
}

/** An interrupt that listens to the operator has answered what was said up to now. */
function hearOperator(state: State, { when }: Interrupt): void {
  if (!when.operatorSaid) return
  const said = state.pending.splice(0)
  state.operator = {
    name: said.at(-1)?.name ?? '',
    text: said.map(({ text }) => text).join('\n'),
    count: state.operator.count + said.length,
  }
}

function merged(outer: Match, inner: Match): Match {
  return {
    groups: inner.groups.length > 0 ? inner.groups : outer.groups,
    named: { ...outer.named, ...inner.named },
  }
}

function situationOf(state: State, incoming: Incoming): Situation {
  const { turn, pending, capture } = state
  return { turn, results: state.frames.at(-1)?.results ?? [], incoming, pending, capture }
}

function baseScope({ header, task }: Conversation, taskMatch: string[]) {
  return {
    header,
    task: { text: task, match: taskMatch },
    session: { id: header['session'] ?? '', agentType: header['agent-type'] ?? '', taskId: header['task-id'] ?? '' },
  }
}

function scopeOf(state: State): Scope {
  const results = (state.frames.at(-1)?.results ?? []).map(({ value }) => value)
  const { base, operator, capture, match, turn } = state
  return { ...base, operator, capture, match, turn, result: results.at(-1), results }
}
