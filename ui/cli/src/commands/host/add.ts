import { type CodeHostKind, codeHostKind } from '@mosaic/contracts/credential'
import { gatewayRoutes } from '@mosaic/contracts/http'
import { Option } from 'commander'
import { CliError, exitCodes, print, printJson, type Register } from '../../cli.ts'
import { gatewayAction } from '../../gateway/action.ts'
import { readSecret } from '../../read-secret.ts'
import { hostLine } from './host-text.ts'

type AddOptions = { kind?: CodeHostKind; url?: string; tokenEnv?: string }

export const registerHostAdd: Register = (host) => {
  host
    .command('add <name>')
    .description('add a code host, or replace the one of this name; asks for its token')
    .addOption(
      new Option('--kind <api>', 'the API that it speaks (default: the name, where it is one of these)').choices(
        codeHostKind.options,
      ),
    )
    .option(
      '--url <url>',
      "the base URL of its API (default: the maker's; without a path the kind's usual one is added)",
    )
    .option('--token-env <variable>', 'take the token from this variable instead of asking or reading standard input')
    .addHelpText('after', help)
    .action(
      gatewayAction(async ({ client, json, signal }, name: string, options: AddOptions) => {
        const { url: baseUrl, tokenEnv: variable } = options
        const kind = options.kind ?? kindNamed(name)
        const token = await readSecret(`token of ${name}`, { variable, signal })
        const added = await client.call(gatewayRoutes.addCodeHost, { body: { name, kind, baseUrl, token } })
        if (json) return printJson(added)
        print(hostLine(added))
        print(`It counts from now on. "mosaic host test ${name}" asks whose token it is.`)
      }),
    )
}

function kindNamed(name: string): CodeHostKind {
  const kind = codeHostKind.safeParse(name)
  if (kind.success) return kind.data
  throw new CliError(`Which API does ${name} speak? --kind ${codeHostKind.options.join('|')}`, {
    exitCode: exitCodes.usage,
  })
}

const help = `
  mosaic host add github
  mosaic host add work --kind gitlab --url https://gitlab.example
  mosaic host add home --kind gitea  --url https://git.example:3000 --token-env GITEA_TOKEN

The token must be able to read the repository and its checks, and to open pull requests. It is sealed in the data folder; it is in no
event, no log line and no argument. It goes to this URL and nowhere else: redirects are not followed. Branches are pushed as
before, by your own git credentials.`
