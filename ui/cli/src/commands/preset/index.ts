import { setTimeout as wait } from 'node:timers/promises'
import type { AgentPresetView } from '@mosaic/contracts/agent-provider'
import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { showing } from '../../format/spinner.ts'
import { table } from '../../format/table.ts'
import { harmless } from '../../format/text.ts'
import { type Context, gatewayAction } from '../../gateway/action.ts'

const lookEveryMs = 1000

/** Agents of other makers: got from npm into the data folder, run in sandboxes alone. */
export const registerPreset: Register = (program) => {
  const preset = program.command('preset').description('agents of other makers: Claude Code, opencode')

  preset
    .command('list', { isDefault: true })
    .description('which can be had, and which are installed')
    .action(
      gatewayAction(async ({ client, json }) => {
        const { items } = await client.call(gatewayRoutes.agentPresets)
        if (json) printJson({ items })
        else print(presetTable(items))
      }),
    )

  preset
    .command('install <name>')
    .description('get one from npm; some are hundreds of megabytes')
    .addHelpText(
      'after',
      '\n  mosaic preset install claude-code\n  mosaic agent spawn --agent claude-code --repo . --task "…"',
    )
    .action(
      gatewayAction(async (context, name: string, _options: unknown) => {
        const installed = await showing(`installing ${harmless(name)}`, install(context, name))
        if (context.json) printJson(installed)
        else print(`${pc.green('✓')} ${installed.title} ${installed.installedVersion} is installed.`)
      }),
    )

  preset
    .command('remove <name>')
    .description('remove an installed agent')
    .action(
      gatewayAction(async ({ client, json }, name: string, _options: unknown) => {
        await client.call(gatewayRoutes.removeAgentPreset, { params: { name } })
        if (json) printJson({ name })
        else print(`${name} is removed.`)
      }),
    )
}

async function install({ client, signal }: Context, name: string): Promise<AgentPresetView> {
  let view = await client.call(gatewayRoutes.installAgentPreset, { params: { name }, body: {} })
  while (view.state === 'installing') {
    await wait(lookEveryMs, undefined, { signal })
    const { items } = await client.call(gatewayRoutes.agentPresets)
    view = items.find((item) => item.name === name) ?? view
  }
  if (view.problem === null) return view
  throw new CliError(`${view.title} could not be installed: ${harmless(view.problem)}`, { exitCode: exitCodes.failed })
}

const presetTable = (items: readonly AgentPresetView[]): string =>
  table(
    ['name', 'agent', 'package', 'version', 'installed', 'problem'],
    items.map(({ name, title, package: from, version, state, installedVersion, problem }) => [
      name,
      title,
      from ?? '',
      version ?? '',
      state === 'installing' ? 'installing …' : state === 'absent' ? 'no' : (installedVersion ?? 'yes'),
      pc.red(harmless(problem ?? '')),
    ]),
  )
