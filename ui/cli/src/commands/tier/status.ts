import { createClient, guaranteesText } from '@mosaic/client'
import type { FreezeView } from '@mosaic/contracts/fleet'
import { gatewayRoutes, type WorkshopView } from '@mosaic/contracts/http'
import { type ComponentStatus, pathsOf, readAddresses, tierStatus } from '@mosaic/local-tier'
import type { Command } from 'commander'
import pc from 'picocolors'
import { exitCodes, globalOptions, type Register, print, printJson } from '../../cli.ts'
import { table } from '../../format/table.ts'
import { findGateway } from '../../gateway/access.ts'
import { freezeLine } from '../fleet.ts'

export const registerStatus: Register = (program) => {
  program
    .command('status')
    .description('how every component is')
    .addHelpText('after', '\nExit codes: 0 all healthy or degraded, 1 some are not, 3 not running.')
    .action(async (_options: unknown, command: Command) => {
      const options = globalOptions(command)
      const { dataDir, json } = options
      const { running, components } = await tierStatus(dataDir)
      process.exitCode = exitCodeOf(running, Object.values(components))
      const { workshop } = components.orchestrator
      const console = readAddresses(pathsOf(dataDir))?.gateway
      if (json) return printJson(statusJson({ running, components, workshop, console }))
      if (!running) return print(`Nothing is running in ${dataDir}. "mosaic up" starts it.`)
      print(componentTable(Object.entries(components)))
      for (const [name, { status, detail }] of Object.entries(components)) {
        if (status !== 'healthy' && detail) print(pc.yellow(`${name}: ${detail}`))
      }
      if (workshop) for (const line of workshopLines(workshop)) print(line)
      for (const line of freezeLines(await freezesOf(options))) print(line)
      if (console) print(`${pc.dim('Console')} ${console}`)
    })
}

/** How agents are run here, in a person's words. */
export function workshopLines({ sandbox, problem, originHooks, gates }: WorkshopView): string[] {
  const lines = sandbox
    ? [`${pc.dim('Sandbox')} ${sandbox.kind}; ${guaranteesText(sandbox.guarantees)}`]
    : problem
      ? [`${pc.dim('Sandbox')} ${pc.red(problem)}`]
      : []
  const hooks = originHooks === 'own' ? pc.yellow('your own repositories’ run after a push') : 'never run'
  const off = `${pc.dim('Quality gates')} ${pc.red('disabled (YOLO_MODE): changes of agents pass unseen')}`
  return [...lines, `${pc.dim('Hooks of origins')} ${hooks}`, ...(gates === 'off' ? [off] : [])]
}

/** Components may all be well while nobody may spawn: whoever asks how things are has to hear that. */
export function freezeLines(freezes: readonly FreezeView[]): string[] {
  if (freezes.length === 0) return []
  return [...freezes.map((freeze) => pc.yellow(freezeLine(freeze))), '"mosaic fleet unfreeze" lets agents be spawned.']
}

/** Nothing where it cannot be asked: the state of the components is told all the same. */
async function freezesOf(options: Parameters<typeof findGateway>[0]): Promise<readonly FreezeView[]> {
  try {
    const client = createClient({ ...findGateway(options), timeoutMs: 5000 })
    return (await client.call(gatewayRoutes.fleet)).freezes
  } catch {
    return []
  }
}

type Status = {
  readonly running: boolean
  readonly components: Record<string, ComponentStatus>
  readonly workshop: WorkshopView | undefined
  readonly console: string | undefined
}

/** The same as people read. What is not known, because nothing runs or nobody has looked yet, is `null`. */
export const statusJson = ({ running, components, workshop, console }: Status) => ({
  components: withoutDetails(components),
  sandbox: workshop?.sandbox ?? null,
  sandboxProblem: workshop?.problem ?? null,
  console: running ? (console ?? null) : null,
})

/** Programs read four fields; the explanation is for people. */
function withoutDetails(components: Record<string, ComponentStatus>) {
  return Object.fromEntries(
    Object.entries(components).map(([name, { status, pid, version, lag }]) => [name, { status, pid, version, lag }]),
  )
}

function exitCodeOf(running: boolean, components: readonly ComponentStatus[]): number {
  if (!running) return exitCodes.notRunning
  const well = components.every(({ status }) => status === 'healthy' || status === 'degraded')
  return well ? exitCodes.ok : exitCodes.failed
}

const marks: Record<ComponentStatus['status'], string> = {
  healthy: pc.green('● healthy'),
  degraded: pc.yellow('◐ degraded'),
  unhealthy: pc.red('✕ unhealthy'),
  starting: pc.blue('○ starting'),
  restarting: pc.yellow('↻ restarting'),
  stopped: pc.dim('○ stopped'),
}

function componentTable(components: readonly [string, ComponentStatus][]): string {
  return table(
    ['component', 'status', 'pid', 'version', 'lag'],
    components.map(([name, { status, pid, version, lag }]) => [
      name,
      marks[status],
      pid ?? '',
      version ?? '',
      lag ?? '',
    ]),
  )
}
