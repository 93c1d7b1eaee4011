import { randomUUID } from 'node:crypto'
import { Client } from 'pg'
import { inject } from 'vitest'
import type { Engine } from './engines.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a test file asks for the run's Postgres; it is started by the first that does. */
    sharedPostgres: string
  }
}

/** A database of this test file's own in the run's Postgres, cloned from its template; it goes when the file is done. */
export async function postgresDatabase(): Promise<Engine> {
  const answer = await fetch(inject('sharedPostgres'))
  const server = await answer.text()
  if (!answer.ok) throw new Error(`no Postgres for tests: ${server}`)
  const name = `test_${randomUUID().replaceAll('-', '')}`
  // Copying the template's files is the quicker way where nothing is forced to disk.
  await onServer(server, `create database ${name} strategy file_copy`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return { url: url.href, close: () => onServer(server, `drop database if exists ${name} with (force)`) }
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
