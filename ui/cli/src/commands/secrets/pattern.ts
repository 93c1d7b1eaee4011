import { gatewayRoutes } from '@mosaic/contracts/http'
import { print, printJson, type Register } from '../../cli.ts'
import { table } from '../../format/table.ts'
import { dateTime, harmless } from '../../format/text.ts'
import { gatewayAction } from '../../gateway/action.ts'

export const registerPattern: Register = (secrets) => {
  const pattern = secrets.command('pattern').description('secrets of a shape of your own')
  pattern
    .command('add <name> <pattern>')
    .description('cover what a pattern finds, and let no agent commit it')
    .addHelpText(
      'after',
      '\nA regular expression without looking around, back-references and anchors; (?i) in front ignores case. It is looked\nfor in linear time. Example: mosaic secrets pattern add "Acme key" "acme_(live|test)_[A-Za-z0-9]{24}"',
    )
    .action(
      gatewayAction(async ({ client, json }, name: string, given: string, _options: unknown) => {
        const answer = await client.call(gatewayRoutes.addSecretPattern, { body: { name, pattern: given } })
        if (json) return printJson(answer)
        print(answer.changed ? `Added: ${name}. It counts for what is written from now on.` : 'It was there already.')
      }),
    )
  pattern
    .command('list')
    .description('patterns of this workspace')
    .action(
      gatewayAction(async ({ client, json }) => {
        const { patterns } = await client.call(gatewayRoutes.secretRules)
        if (json) return printJson(patterns)
        if (patterns.length === 0) return print('There is none; what is known everywhere is covered all the same.')
        const rows = patterns.map(({ name, pattern: source, by, at }) => [
          name,
          harmless(source),
          harmless(by),
          dateTime(at),
        ])
        print(table(['name', 'pattern', 'by', 'time (UTC)'], rows))
      }),
    )
  pattern
    .command('remove <name>')
    .description('look for a pattern no more; what was covered stays covered')
    .action(
      gatewayAction(async ({ client, json }, name: string, _options: unknown) => {
        const answer = await client.call(gatewayRoutes.removeSecretPattern, { body: { name } })
        if (json) printJson(answer)
        else print(`Removed: ${name}.`)
      }),
    )
}
