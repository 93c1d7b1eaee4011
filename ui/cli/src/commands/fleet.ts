import { type FreezeView, scopeWords } from '@mosaic/contracts/fleet'
import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson, type Register } from '../cli.ts'
import { gatewayAction } from '../gateway/action.ts'
import { killAllCommand } from './agent/kill-all.ts'
import { addScopeOptions, type ScopeOptions, scopeOf } from './scope-option.ts'

/** The fleet as a whole: whether anything may be spawned, and the stop. */
export const registerFleet: Register = (program) => {
  const fleet = program.command('fleet').description('freeze the fleet, unfreeze it, and kill what is in it')

  fleet
    .command('show')
    .description('what is frozen, since when and by whom')
    .action(
      gatewayAction(async ({ client, json }) => {
        const { freezes } = await client.call(gatewayRoutes.fleet)
        if (json) return printJson({ freezes })
        if (freezes.length === 0) print('Nothing is frozen.')
        for (const freeze of freezes) print(freezeLine(freeze))
      }),
    )

  killAllCommand(fleet, 'kill')

  addScopeOptions(fleet.command('freeze'))
    .description('spawn nothing in scope any more; agents that live go on')
    .option('--reason <text>', 'why, for the record')
    .action(
      gatewayAction(async ({ client, json }, { reason, ...whom }: ScopeOptions & { reason?: string }) => {
        const scope = await scopeOf(client, whom)
        const answer = await client.call(gatewayRoutes.freeze, { body: { scope, reason } })
        if (json) return printJson(answer)
        print(answer.changed ? `Frozen: ${scopeWords(scope)}.` : `It was frozen already: ${scopeWords(scope)}.`)
      }),
    )

  fleet
    .command('unfreeze')
    .description('let agents be spawned again')
    .option('--reason <text>', 'why, for the record')
    .action(
      gatewayAction(async ({ client, json }, { reason }: { reason?: string }) => {
        const answer = await client.call(gatewayRoutes.unfreeze, { body: { reason } })
        if (json) return printJson(answer)
        print(answer.changed ? 'Agents are spawned again.' : 'Nothing was frozen.')
      }),
    )
}

/** What is frozen, and by whom. */
export function freezeLine({ scope, reason, killAllId, frozenAt, frozenBy }: FreezeView): string {
  const cause = killAllId ? ' with a kill-all' : ''
  const who = frozenBy.name ?? frozenBy.id
  return `${pc.bold(scopeWords(scope))} frozen${cause} by ${who} at ${frozenAt}${reason ? pc.dim(`  ${reason}`) : ''}`
}
