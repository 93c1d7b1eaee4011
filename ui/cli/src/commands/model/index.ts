import type { ModelProviderTest } from '@mosaic/contracts/credential'
import { gatewayRoutes } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson, type Register } from '../../cli.ts'
import { duration, oneLine } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { registerModelAdd } from './add.ts'
import { registerModelCheck } from './check.ts'
import { providerTable } from './provider-text.ts'

/** Who answers model calls. */
export const registerModel: Register = (program) => {
  const model = program.command('model').description('who answers model calls: keys, addresses, prices')
  registerModelAdd(model)
  registerModelCheck(model)

  model
    .command('list', { isDefault: true })
    .description('model providers, with the end of their keys')
    .action(
      gatewayAction(async ({ client, json }) => {
        const { items } = await client.call(gatewayRoutes.modelProviders)
        if (json) return printJson({ items })
        print(items.length > 0 ? providerTable(items) : 'There are no model providers: mosaic model add anthropic')
      }),
    )

  model
    .command('test <name>')
    .description('one small call to a provider, and what came back')
    .option('--model <name>', "a model (default: the provider's)")
    .addHelpText('after', '\nExit codes: 0 it answered, 4 it did not.')
    .action(
      gatewayAction(async ({ client, json }, name: string, body: { model?: string }) => {
        const tested = await client.call(gatewayRoutes.testModelProvider, { params: { name }, body })
        if (json) printJson(tested)
        else print(testText(tested))
      }),
    )

  model
    .command('remove <name>')
    .description('forget a provider and its key; agents on it wait until it is added again')
    .action(
      gatewayAction(async ({ client, json }, name: string, _options: unknown) => {
        await client.call(gatewayRoutes.removeModelProvider, { params: { name } })
        if (json) printJson({ name })
        else print(`${name} is forgotten.`)
      }),
    )
}

function testText({ model, text, inputTokens, outputTokens, costUsd, durationMs }: ModelProviderTest): string {
  const tokens = inputTokens === null ? 'tokens not counted' : `${inputTokens} tokens in, ${outputTokens} out`
  const price = costUsd === null ? 'price unknown' : `$${costUsd.toFixed(6)}`
  const said = text === '' ? 'nothing' : `"${oneLine(text, 100)}"`
  return `${pc.green('✓')} ${oneLine(model, 100)} said ${said} in ${duration(durationMs)} (${tokens}, ${price})`
}
