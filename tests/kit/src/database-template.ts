import { createHash } from 'node:crypto'
import { connectPostgres, createGeneration, ensureRoles, type Projection, schemaOf } from '@mosaic/postgres'
import { Client } from 'pg'

/** The same server, another database. */
export function databaseUrl(server: string, name: string): string {
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

/**
 * The name of a database that has these models' tables and no row in them, to clone others from. The first of the run
 * who asks makes it; whoever asks meanwhile waits.
 */
export async function templateWith(server: string, models: readonly Projection[]): Promise<string> {
  const versions = models.map(({ name, version }) => `${name} ${version}`).join()
  const template = `models_${createHash('sha256').update(versions).digest('hex').slice(0, 16)}`
  const client = new Client({ connectionString: server })
  await client.connect()
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [template])
    const { rowCount } = await client.query('select from pg_database where datname = $1 and datistemplate', [template])
    if (rowCount) return template
    // One that somebody began and did not finish.
    await client.query(`drop database if exists ${template} with (force)`)
    await client.query(`create database ${template} strategy file_copy`)
    await makeModels(databaseUrl(server, template), models)
    await client.query(`alter database ${template} is_template true`)
    return template
  } finally {
    await client.end()
  }
}

async function makeModels(url: string, models: readonly Projection[]): Promise<void> {
  const { db, close } = connectPostgres({ url, applicationName: 'template', access: 'owner' })
  try {
    await ensureRoles(db)
    for (const model of models) await createGeneration(db, model, schemaOf(model.name))
  } finally {
    // Nobody may be connected to a database while it is cloned.
    await close()
  }
}
