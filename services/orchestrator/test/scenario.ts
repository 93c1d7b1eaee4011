import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export type Step = Readonly<Record<string, unknown>>
type Agent = {
  readonly match?: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
  readonly interrupts?: readonly unknown[]
}

export const shell = (command: string): Step => ({ call: { tool: 'shell', input: { command, timeout_seconds: 120 } } })
/** Said again where it is refused, e.g. because of changes that are not committed: these are meant to be left. */
export const finish = (summary = 'done'): Step => ({
  call: { tool: 'finish', input: { summary, outcome: 'completed' } },
  repeat: { while: { isError: true }, max: 1 },
})

/** A scenario of a test's own, as a model name. */
export function scenario(...agents: readonly (Agent | readonly Step[])[]): string {
  const model = `scripted:${join(mkdtempSync(join(tmpdir(), 'mosaic-scenario-')), 'scenario.yaml')}`
  replaceScenario(model, ...agents)
  return model
}

/** From now on that model plays these. */
export function replaceScenario(model: string, ...agents: readonly (Agent | readonly Step[])[]): void {
  const named = agents.map((agent, index) =>
    Object.assign({ name: `agent-${index}` }, 'steps' in agent ? agent : { steps: agent }),
  )
  // JSON is YAML.
  const text = JSON.stringify({ name: 'test', description: 'of a test', agents: named })
  writeFileSync(model.replace(/^scripted:/, ''), text)
}
