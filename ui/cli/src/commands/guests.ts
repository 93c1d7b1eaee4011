import { gatewayRoutes, type Guest } from '@mosaic/contracts/http'
import { print, printJson, type Register } from '../cli.ts'
import { table } from '../format/table.ts'
import { gatewayAction } from '../gateway/action.ts'

/** Whom links have let in. */
export const registerGuests: Register = (program) => {
  const guests = program.command('guests').description('whom links have let in, and how to show them out')
  guests
    .command('list', { isDefault: true })
    .description('guests who are signed in or hold a link')
    .action(
      gatewayAction(async ({ client, json }) => {
        const { items } = await client.call(gatewayRoutes.guests)
        if (json) return printJson({ items })
        print(items.length === 0 ? 'There are no guests.' : guestTable(items))
      }),
    )
  guests
    .command('revoke')
    .argument('<guest>', 'as the list names it')
    .description("end a guest's sessions and links; what is open to them closes at once")
    .action(
      gatewayAction(async ({ client, json }, operatorId: string) => {
        await client.call(gatewayRoutes.revokeGuest, { params: { operatorId } })
        if (json) printJson({ operatorId })
        else print(`${operatorId} is signed out.`)
      }),
    )
}

const guestTable = (guests: readonly Guest[]): string =>
  table(
    ['guest', 'name', 'role', 'signed in', 'last used'],
    guests.map(({ operatorId, name, role, signedInAt, lastUsedAt }) => [
      operatorId,
      name,
      role,
      signedInAt ?? 'not yet',
      lastUsedAt ?? '',
    ]),
  )
