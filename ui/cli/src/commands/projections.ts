import { gatewayRoutes, type ProjectionView, type VerifyAnswer } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { exitCodes, print, printJson, type Register } from '../cli.ts'
import { showing } from '../format/spinner.ts'
import { table } from '../format/table.ts'
import { gatewayAction } from '../gateway/action.ts'
import { holeLine, registerParked } from './parked.ts'

/** Building a read model anew takes as long as the log is long. */
const buildTimeoutMs = 10 * 60_000

/** Read models: how far they are, and proofs that they are what the log says. */
export const registerProjections: Register = (program) => {
  const projections = program.command('projections').description('read models, their lag, rebuilds and proofs')
  projections
    .command('list')
    .description('every read model with its lag, its last proof and what it could not take in')
    .action(
      gatewayAction(async ({ client, json }) => {
        const answer = await client.call(gatewayRoutes.projections)
        if (json) return printJson(answer)
        print(table(['name', 'version', 'status', 'position', 'lag', 'parked', 'last proof'], answer.items.map(rowOf)))
        for (const { name, parked } of answer.items) for (const hole of parked) print(holeLine(name, hole))
      }),
    )
  projections
    .command('rebuild')
    .argument('<name>', 'for instance session-tree')
    .description('build a read model anew from the log beside the live one and swap it in')
    .option('--workspace <id>', 'only the rows of this workspace')
    .action(
      gatewayAction(async ({ client, json }, name: string, { workspace }: { workspace?: string }) => {
        const query = { workspaceId: workspace }
        const call = client.call(gatewayRoutes.rebuildProjection, {
          params: { name },
          query,
          timeoutMs: buildTimeoutMs,
        })
        const view = await showing(`building ${name} from the log`, call)
        if (json) printJson(view)
        else print(`${pc.green('✓')} ${view.name} is built anew, up to position ${view.position}.`)
      }),
    )
  projections
    .command('cancel')
    .argument('<name>', 'for instance session-tree')
    .description('give up a rebuild or a proof that is under way')
    .action(
      gatewayAction(async ({ client, json }, name: string) => {
        const answer = await client.call(gatewayRoutes.cancelRebuild, { params: { name } })
        if (json) printJson(answer)
        else print(answer.cancelled ? `${name} is no longer being built.` : `${name} is not being built.`)
      }),
    )
  registerParked(projections)
  projections
    .command('verify')
    .argument('<name>', 'for instance session-tree')
    .description('rebuild beside the live read model and compare; exit code 1 when a row differs')
    .action(
      gatewayAction(async ({ client, json }, name: string) => {
        const call = client.call(gatewayRoutes.verifyProjection, { params: { name }, timeoutMs: buildTimeoutMs })
        const answer = await showing(`rebuilding ${name} beside the live one`, call)
        if (json) printJson(answer)
        else printProof(answer)
        return answer.equal ? exitCodes.ok : exitCodes.failed
      }),
    )
}

function rowOf({ name, version, status, position, lag, parkedEvents, lastProof }: ProjectionView): (string | number)[] {
  const proof = lastProof
    ? `${lastProof.equal ? 'equal' : 'DIFFERENT'} at ${lastProof.position}, ${lastProof.at.slice(0, 16).replace('T', ' ')}`
    : 'never'
  return [name, version, status, position, lag ?? '?', parkedEvents, proof]
}

function printProof({ name, equal, position, rows, liveDigest, rebuiltDigest, firstDifference }: VerifyAnswer): void {
  if (equal) {
    print(`${pc.green('✓')} ${name} equals its rebuild at position ${position}: ${rows} rows, digest ${liveDigest}`)
    return
  }
  print(`${pc.red('✗')} ${name} differs from its rebuild at position ${position}`)
  print(`  live    ${liveDigest}\n  rebuilt ${rebuiltDigest}`)
  if (!firstDifference) return
  const { table, key, live, rebuilt } = firstDifference
  print(`  first difference: table ${table}, row ${key}`)
  print(`  live    ${JSON.stringify(live)}\n  rebuilt ${JSON.stringify(rebuilt)}`)
}
