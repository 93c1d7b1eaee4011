// What a schema cannot see: names that must exist elsewhere in the same agent.
import type { Agent, Condition, Scenario, Step } from './schema.ts'
import { Template } from './template.ts'

export interface Finding {
  path: PropertyKey[]
  message: string
}

export function crossChecks(scenario: Scenario): Finding[] {
  return scenario.agents.flatMap((agent, index) => [
    ...repeatedName(scenario, index),
    ...under(['agents', index], checkAgent(agent)),
  ])
}

function repeatedName(scenario: Scenario, index: number): Finding[] {
  const name = scenario.agents[index]?.name
  const first = scenario.agents.findIndex((agent) => agent.name === name)
  return first === index ? [] : [{ path: ['agents', index, 'name'], message: `a second agent named "${name}"` }]
}

function checkAgent(agent: Agent): Finding[] {
  const known = capturedNames(agent)
  return lists(agent).flatMap(({ path, steps }) => {
    const findings = steps.flatMap((step, index) => under(path.concat(index), checkStep(step, steps, index)))
    return findings.concat(unknownCaptures(steps, path, known))
  })
}

function under(prefix: PropertyKey[], findings: Finding[]): Finding[] {
  return findings.map(({ path, message }) => ({ path: prefix.concat(path), message }))
}

function unknownCaptures(steps: Step[], path: PropertyKey[], known: Set<string>): Finding[] {
  return templates(steps, path).flatMap(({ template, path }) =>
    template.captures
      .filter((name) => !known.has(name))
      .map((name) => ({ path, message: `nothing in this agent captures "${name}"` })),
  )
}

function lists(agent: Agent): { path: PropertyKey[]; steps: Step[] }[] {
  return [
    { path: ['steps'], steps: agent.steps },
    ...agent.interrupts.map(({ steps }, index) => ({ path: ['interrupts', index, 'steps'], steps })),
  ]
}

function checkStep(step: Step, siblings: Step[], index: number): Finding[] {
  const findings: Finding[] = []
  if (!step.say && !step.call && !step.error) findings.push({ path: [], message: 'a step needs say, call or error' })
  if (step.id !== undefined && siblings.findIndex((other) => other.id === step.id) !== index) {
    findings.push({ path: ['id'], message: `a second step with id "${step.id}"` })
  }
  const jumps =
    typeof step.next === 'string'
      ? [{ step: step.next, path: ['next'] }]
      : (step.next ?? []).map((jump, at) => ({ step: jump.step, path: ['next', at, 'step'] }))
  for (const jump of jumps) {
    if (siblings.some((other) => other.id === jump.step)) continue
    findings.push({ path: jump.path, message: `no step with id "${jump.step}" in this list` })
  }
  return findings
}

/** Names that `capture:` sets, and named groups of the regular expressions of conditions. */
function capturedNames(agent: Agent): Set<string> {
  const steps = lists(agent).flatMap((list) => list.steps)
  const conditions = [...steps.map((step) => step.when), ...agent.interrupts.map(({ when }) => when)]
  return new Set([
    ...steps.flatMap((step) => Object.keys(step.capture ?? {})),
    ...conditions.flatMap((condition) => groupNames(condition)),
  ])
}

function groupNames(condition: Condition | undefined): string[] {
  if (!condition) return []
  const fields = Object.values(condition.field ?? {}).filter((value) => value instanceof RegExp)
  const patterns = [condition.result, condition.said, condition.operatorSaid, ...fields]
  return [
    ...patterns.flatMap((regex) => [...(regex?.source.matchAll(/\(\?<(\w+)>/g) ?? [])].map((match) => match[1] ?? '')),
    ...(condition.any ?? []).flatMap(groupNames),
  ]
}

function templates(value: unknown, path: PropertyKey[]): { template: Template; path: PropertyKey[] }[] {
  if (value instanceof Template) return [{ template: value, path }]
  if (typeof value !== 'object' || value === null || value instanceof RegExp) return []
  return Object.entries(value).flatMap(([key, item]) =>
    templates(item, [...path, Array.isArray(value) ? Number(key) : key]),
  )
}
