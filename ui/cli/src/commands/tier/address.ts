import { setTimeout as delay } from 'node:timers/promises'
import {
  createSignInLink,
  type GatewayAccess,
  pathsOf,
  readAddresses,
  readState,
  readToken,
  supervisorRuns,
} from '@mosaic/local-tier'
import pc from 'picocolors'
import { CliError, exitCodes, type GlobalOptions, print, printJson } from '../../cli.ts'

/** Prints a new one-time sign-in link. Connection strings, which hold passwords, are what `mosaic connections` prints. */
export async function printAddress({ dataDir, json }: GlobalOptions): Promise<void> {
  const access = accessOf(dataDir)
  const console = await createSignInLink(access).catch((error: Error) => {
    throw new CliError(`no sign-in link could be had: ${error.message}`, {
      hint: '"mosaic status" says how the gateway is.',
    })
  })
  if (json) printJson({ console, dataDir, gateway: access.gateway })
  else print(`${pc.bold('→ Console:')} ${console}`)
}

/** How to reach the gateway of a running instance, as its owner. */
export function accessOf(dataDir: string): GatewayAccess {
  const paths = pathsOf(dataDir)
  const gateway = readAddresses(paths)?.gateway
  const token = readToken(paths)
  if (!gateway || !token) throw new CliError(`${dataDir} has no running instance`, { exitCode: exitCodes.notRunning })
  return { gateway, token }
}

/** An instance that is starting writes its addresses when everything is healthy. */
export async function untilAddressesAreThere(dataDir: string): Promise<void> {
  const paths = pathsOf(dataDir)
  while (!readAddresses(paths)) {
    if (!supervisorRuns(readState(paths)))
      throw new CliError('the instance that was starting has ended', { hint: `Logs: ${paths.logs}` })
    await delay(100)
  }
}
