import { gatewayRoutes, type ProjectionView } from '@mosaic/contracts/http'
import pc from 'picocolors'
import { print, printJson, type Register } from '../cli.ts'
import { oneLine } from '../format/text.ts'
import { gatewayAction } from '../gateway/action.ts'

/** What a read model could not take in, and what operators decide about it. */
export const registerParked: Register = (projections) => {
  projections
    .command('parked')
    .argument('<name>', 'for instance session-tree')
    .description('streams that a read model has stopped at an event that it could not take in')
    .action(
      gatewayAction(async ({ client, json }, name: string) => {
        const { items } = await client.call(gatewayRoutes.projections)
        const parked = items.find((projection) => projection.name === name)?.parked ?? []
        if (json) return printJson({ items: parked })
        for (const hole of parked) print(holeLine(name, hole))
        if (parked.length === 0) print(`Nothing is parked in ${name}.`)
      }),
    )
  projections
    .command('retry')
    .argument('<name>', 'for instance session-tree')
    .argument('[stream]', 'for instance agentSession-0190…; all streams when left out')
    .description('try again what is parked, in order')
    .action(
      gatewayAction(async ({ client, json }, name: string, streamId?: string) => {
        const answer = await client.call(gatewayRoutes.retryParked, { params: { name }, body: { streamId } })
        if (json) printJson(answer)
        else print(`${name} tries again, once it has read up to position ${answer.position}.`)
      }),
    )
  projections
    .command('skip')
    .argument('<name>', 'for instance session-tree')
    .argument('<stream>', 'for instance agentSession-0190…')
    .description('do without the event that holds up a stream; what waits behind it goes on')
    .action(
      gatewayAction(async ({ client, json }, name: string, streamId: string) => {
        const answer = await client.call(gatewayRoutes.skipParked, { params: { name }, body: { streamId } })
        if (json) printJson(answer)
        else print(`${name} goes on without it, once it has read up to position ${answer.position}.`)
      }),
    )
}

export const holeLine = (projection: string, hole: ProjectionView['parked'][number]): string => {
  const { streamId, position, eventType, error, waiting } = hole
  const behind = waiting === 0 ? '' : `, ${waiting} behind it`
  return pc.yellow(
    `${projection}: ${eventType} of ${streamId} at ${position} is parked${behind}: ${oneLine(error, 100)}`,
  )
}
