// A scene → what the model says and calls in it.
import { createHash } from 'node:crypto'
import { Template } from './template.ts'
import type { Conversation } from './conversation.ts'
import { callItems } from './play.ts'
import type { Scene } from './play.ts'
import type { Call, Failure, Speed, StopReason, Templated, UsageOverride } from './schema.ts'

export interface ToolUse {
  id: string
  name: string
  input: Record<string, unknown>
}

/** One answer of the model, before it is paced and sent. */
export interface Turn {
  text: string
  calls: ToolUse[]
  stopReason: StopReason
  usage: UsageOverride
  speed: Speed
  failures: Failure[]
  /** Names this turn in the session, the same for every attempt at it: seeds ids and jitter, counts failures. */
  key: string
}

/** A scenario that asks for something the request does not allow. */
export class ImpossibleTurnError extends Error {
  override name = 'ImpossibleTurnError'
}

const nothingLeft = 'I have nothing more to do.'

/** Throws {@link ImpossibleTurnError} for a call to a tool that the request does not offer. */
export function compose(scene: Scene, conversation: Conversation, scenarioSpeed: Speed): Turn {
  const { agent, step, scope, visit } = scene
  const key = turnKey(scene, conversation)
  const calls = [step?.call ?? []].flat().flatMap((call) => expand(call, scene, conversation))
  const lines = [step?.say ?? []].flat()
  const said = (lines[Math.min(visit, lines.length - 1)]?.text(scope) ?? '').trim()
  // A message may not be empty: the API has none of those either.
  const text = said === '' && calls.length === 0 ? nothingLeft : said
  return {
    text,
    calls: calls.map((call, index) => ({ id: `toolu_${digest(`${key}/${index}`)}`, ...call })),
    stopReason: step?.stop ?? (calls.length > 0 ? 'tool_use' : 'end_turn'),
    usage: step?.usage ?? {},
    speed: { ...scenarioSpeed, ...agent.speed, ...step?.speed },
    failures: [step?.error ?? []].flat(),
    key,
  }
}

/** 24 letters and digits that depend on nothing but the text. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 24)
}

function turnKey({ agent, turn }: Scene, { header, task }: Conversation): string {
  return `${header['session'] ?? digest(task)}/${agent.name}/${turn}`
}

function expand(call: Call, scene: Scene, conversation: Conversation): Omit<ToolUse, 'id'>[] {
  const items = callItems(call, scene.situation, scene.scope)
  if (items.length > 0 && !conversation.toolNames.includes(call.tool)) {
    const offered = conversation.toolNames.join(', ') || 'none'
    throw new ImpossibleTurnError(
      `agent "${scene.agent.name}" calls the tool "${call.tool}", which the request does not offer (it offers: ${offered})`,
    )
  }
  return items.map((item) => ({ name: call.tool, input: fillObject(call.input, { ...scene.scope, item }) }))
}

function fillObject(object: { [key: string]: Templated }, scope: Scene['scope']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(object)
      .map(([key, value]) => [key, fill(value, scope)] as const)
      .filter(([, value]) => value !== undefined),
  )
}

/** A place that finds nothing leaves its key out, so that an optional input stays optional. */
function fill(value: Templated, scope: Scene['scope']): unknown {
  if (value instanceof Template) return value.value(scope)
  if (Array.isArray(value)) return value.map((item) => fill(item, scope)).filter((item) => item !== undefined)
  return typeof value === 'object' && value !== null ? fillObject(value, scope) : value
}
