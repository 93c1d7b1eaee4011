import { pathsOf, readAddresses, readToken } from '@mosaic/local-tier'
import { CliError, exitCodes } from '../cli.ts'

/** Where the gateway is and what it takes for a sign-in. */
export type Access = { readonly url: string; readonly token: string }

/**
 * A gateway named by MOSAIC_GATEWAY_URL and MOSAIC_TOKEN, else the one that runs in the data folder. With `readonly` the
 * token is the observer's there, whatever MOSAIC_TOKEN may do.
 */
export function findGateway(
  { dataDir, readonly }: { readonly dataDir: string; readonly readonly: boolean },
  env: NodeJS.ProcessEnv = process.env,
): Access {
  const paths = pathsOf(dataDir)
  const url = env['MOSAIC_GATEWAY_URL'] || readAddresses(paths)?.gateway
  if (!url) {
    throw new CliError(`Nothing is running in ${dataDir}.`, {
      exitCode: exitCodes.notRunning,
      hint: '"mosaic up" starts it; --data names another folder.',
    })
  }
  const token = readonly ? readToken(paths, 'observerToken') : env['MOSAIC_TOKEN'] || readToken(paths)
  if (token) return { url, token }
  throw new CliError(`There is no ${readonly ? "observer's" : 'API'} token in ${dataDir}.`, {
    exitCode: exitCodes.refused,
    hint: readonly ? '--data names another folder.' : 'Set MOSAIC_TOKEN, or name the data folder with --data.',
  })
}
