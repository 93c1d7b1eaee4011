import { type Kysely, sql } from 'kysely'
import { sqlState } from './errors.ts'

/**
 * The roles that row-level security is written for. Nobody signs in as one of them: the owner switches to them.
 * `reader` sees one workspace and writes nothing; `projector` writes rows of every workspace and deletes none.
 */
export const roles = { reader: 'mosaic_reader', projector: 'mosaic_projector' } as const

/** Makes both roles and the current user a member of them, where they are missing. Safe to run at the same time elsewhere. */
export async function ensureRoles<DB>(db: Kysely<DB>): Promise<void> {
  for (const role of Object.values(roles)) {
    await unlessDoneElsewhere(async () => {
      const { rows } = await sql`select from pg_roles where rolname = ${role}`.execute(db)
      if (rows.length === 0) await sql`create role ${sql.id(role)} nologin`.execute(db)
    })
    await unlessDoneElsewhere(async () => {
      const { rows } = await sql<{ member: boolean }>`
        select rolsuper or exists (
          select from pg_auth_members m where m.member = u.oid and m.roleid = ${role}::regrole and m.set_option
        ) as member from pg_roles u where rolname = current_user`.execute(db)
      // Without inheritance: the owner has a role's rights only while it has switched to it.
      if (!rows[0]?.member) await sql`grant ${sql.id(role)} to current_user with inherit false, set true`.execute(db)
    })
  }
}

/** Roles belong to the whole cluster, so two databases' services may make them at the same moment. */
async function unlessDoneElsewhere(change: () => Promise<void>): Promise<void> {
  const raced = new Set(['42710', '23505', 'XX000'])
  for (let attempt = 1; ; attempt++) {
    try {
      return await change()
    } catch (error) {
      if (attempt === 5 || !raced.has(sqlState(error) ?? '')) throw error
    }
  }
}
