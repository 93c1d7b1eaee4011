import { budgetStatus, type BudgetPolicy, type BudgetStatus } from '@mosaic/contracts/budget'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { systemClock } from '@mosaic/contracts/kernel'
import { type Command, Option } from 'commander'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { budgetDetails, budgetTable } from '../../format/budget.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { type AmountOptions, amountOptions } from './amounts.ts'
import { changeBudget } from './change.ts'
import { findScope, forOption, type ScopeOption } from './scope.ts'

/** Budgets: what may be spent, and what has been. */
export const registerBudget: Register = (program) => {
  const budget = program.command('budget').description('what workspaces, missions, tasks and sessions may spend')
  registerChanges(budget)

  budget
    .command('list')
    .description('budgets, newest first')
    .addOption(new Option('--status <status>').choices(budgetStatus.options))
    .option('--limit <n>', 'budgets at most', '50')
    .option('--cursor <cursor>', 'nextCursor of the page before')
    .action(
      gatewayAction(async ({ client, json }, query: { status?: BudgetStatus; limit?: string; cursor?: string }) => {
        const page = await client.call(gatewayRoutes.budgets, { query })
        if (json) return printJson(page)
        print(page.items.length > 0 ? budgetTable(page.items, systemClock.now()) : 'There are no budgets.')
        if (page.nextCursor) print(pc.dim(`more: --cursor ${page.nextCursor}`))
      }),
    )

  forOption(budget.command('show'))
    .description('one budget, with the calls that are under way')
    .action(
      gatewayAction(async ({ client, json }, options: ScopeOption) => {
        const found = await client.call(gatewayRoutes.budget, { params: await findScope(client, options) })
        if (json) printJson(found)
        else print(budgetDetails(found, systemClock.now()))
      }),
    )
}

function registerChanges(budget: Command): void {
  amountOptions(forOption(budget.command('set')))
    .description('limit what may be spent from now on; other limits take the place of all of them')
    .addOption(
      new Option('--policy <policy>', 'what happens once it is used up: agents wait for you, or fail')
        .choices(['ask', 'stop'])
        .default('ask'),
    )
    .action(
      gatewayAction((context, options: ScopeOption & AmountOptions & { policy: BudgetPolicy }) =>
        changeBudget(context, options, { verb: 'set', policy: options.policy }),
      ),
    )

  amountOptions(forOption(budget.command('raise')), ' more')
    .description('let so much more be spent; who waits for it goes on')
    .action(
      gatewayAction((context, options: ScopeOption & AmountOptions) =>
        changeBudget(context, options, { verb: 'raise' }),
      ),
    )

  forOption(budget.command('remove'))
    .description('limit it no longer')
    .action(
      gatewayAction(async ({ client, json }, options: ScopeOption) => {
        const params = await findScope(client, options)
        const answer = await client.call(gatewayRoutes.removeBudget, { params, body: {} })
        if (json) printJson(answer)
        else print('Removed.')
      }),
    )
}
