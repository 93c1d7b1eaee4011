import { randomUUID } from 'node:crypto'
import type { Projection } from '@mosaic/postgres'
import { Client } from 'pg'
import { inject } from 'vitest'
import { databaseUrl, templateWith } from './database-template.ts'
import type { Engine } from './engines.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a test file asks for the run's Postgres; it is started by the first that does. */
    sharedPostgres: string
  }
}

/**
 * A database of this test file's own in the run's Postgres; it goes when the file is done. With the models that are
 * named in it, and no row in them: cloned from a template, which takes as long as to make an empty one.
 */
export async function postgresDatabase(models: readonly Projection[] = []): Promise<Engine> {
  const answer = await fetch(inject('sharedPostgres'))
  const server = await answer.text()
  if (!answer.ok) throw new Error(`no Postgres for tests: ${server}`)
  const template = models.length === 0 ? 'template1' : await templateWith(server, models)
  const name = `test_${randomUUID().replaceAll('-', '')}`
  // Copying the template's files is the quicker way where nothing is forced to disk.
  await onServer(server, `create database ${name} template ${template} strategy file_copy`)
  return {
    url: databaseUrl(server, name),
    close: () => onServer(server, `drop database if exists ${name} with (force)`),
  }
}

async function onServer(url: string, statement: string): Promise<void> {
  const client = new Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
