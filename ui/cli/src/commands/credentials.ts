import { gatewayRoutes } from '@mosaic/contracts/http'
import { print, printJson, type Register } from '../cli.ts'
import { gatewayAction } from '../gateway/action.ts'

/** The envelope that all credentials are sealed in. */
export const registerCredentials: Register = (program) => {
  const credentials = program.command('credentials').description('the envelope that keys are sealed in')
  credentials
    .command('rotate')
    .description('seal all credentials anew under another master key, and forget the one before')
    .addHelpText(
      'after',
      '\nThe key is the file master-key in the data folder. With MOSAIC_MASTER_KEY it is the first one there: start with\nMOSAIC_MASTER_KEY=NEW,OLD, rotate, and leave OLD out from then on.',
    )
    .action(
      gatewayAction(async ({ client, json }) => {
        const rotated = await client.call(gatewayRoutes.rotateMasterKey)
        if (json) return printJson(rotated)
        print(`${rotated.credentials} credentials are sealed under the master key ${rotated.keyId}.`)
      }),
    )
}
