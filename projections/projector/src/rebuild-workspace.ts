import { dropGeneration, type NoTables, type Projection, schemaOf } from '@mosaic/postgres'
import { sql, type Transaction } from 'kysely'
import { atSamePosition, type BuildDependencies, buildBeside, type Rebuilt } from './build.ts'
import { digestOf } from './compare.ts'
import { logOf } from './log.ts'

/** Whether one workspace's rows can be replaced: they can be told from others', and nothing forbids that they go. */
export const canRebuildWorkspace = ({ scope, tables }: Projection): boolean =>
  scope === 'workspace' && !Object.values(tables).some((table) => table.appendOnly)

/**
 * Builds one workspace's rows anew beside the live model, from that workspace's events alone, and puts them in the place
 * of the rows that it has there. Other workspaces' rows and readers notice nothing.
 */
export async function rebuildWorkspace(dependencies: BuildDependencies, workspaceId: string): Promise<Rebuilt> {
  const { db, store, projection } = dependencies
  const [live, part] = [schemaOf(projection.name), `${schemaOf(projection.name)}__part`]
  const ofWorkspace = { ...dependencies, store: logOf(store, workspaceId) }
  try {
    await buildBeside(ofWorkspace, part)
    return await atSamePosition(ofWorkspace, part, async (transaction, position) => {
      const was = await digestOf(transaction, projection, live)
      for (const table of [...Object.keys(projection.tables), 'parked']) {
        await replaceRows(transaction, { table, live, part, workspaceId })
      }
      const is = await digestOf(transaction, projection, live)
      return { ...is, position, replacedWasEqual: was.digest === is.digest }
    })
  } finally {
    await dropGeneration(db, part).catch(() => undefined)
  }
}

async function replaceRows(
  transaction: Transaction<NoTables>,
  { table, live, part, workspaceId }: { table: string; live: string; part: string; workspaceId: string },
): Promise<void> {
  const [target, source] = [sql.id(live, table), sql.id(part, table)]
  // Taking rows away is the owner's right, and the owner is held to the policies for all but this moment.
  await sql`reset role`.execute(transaction)
  for (const one of [target, source]) await sql`alter table ${one} no force row level security`.execute(transaction)
  await sql`delete from ${target} where workspace_id = ${workspaceId}`.execute(transaction)
  await sql`insert into ${target} select * from ${source}`.execute(transaction)
  await sql`alter table ${target} force row level security`.execute(transaction)
}
