import { randomUUID } from 'node:crypto'
import { type Engine, postgresDatabase } from '@mosaic/kit'
import { sql } from 'kysely'
import { types } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  connectPostgres,
  createGeneration,
  defineProjection,
  ensureRoles,
  LeaseHeldError,
  migrateGeneration,
  type Postgres,
  ReadModelUnavailableError,
  roles,
  UnscopedTableError,
  upsertRows,
  withLease,
  withWorkspace,
  type WorkspaceTransaction,
} from './index.ts'

let database: Engine
let owner: Postgres
let reader: Postgres

beforeAll(async () => {
  database = await postgresDatabase()
  owner = connectPostgres({ url: database.url, applicationName: 'owner', access: 'owner' })
  reader = connectPostgres({ url: database.url, applicationName: 'reader', access: 'reader' })
  await ensureRoles(owner.db)
})
afterAll(async () => {
  await Promise.all([owner.close(), reader.close()])
  await database.close()
})

const notes = defineProjection({
  name: 'kept-notes',
  version: 1,
  categories: ['note'],
  handles: [],
  scope: 'workspace',
  tables: { notes: { key: ['id'] } },
  migrations: [
    {
      name: '001-notes',
      async up(transaction) {
        await sql`create table notes (id uuid primary key, workspace_id text not null, said jsonb, text text)`.execute(
          transaction,
        )
      },
    },
  ],
  apply: async () => undefined,
})
const columns = { id: 'uuid', workspace_id: 'text', said: 'jsonb', text: 'text' }

async function write(rows: Record<string, unknown>[], onConflict: 'update' | 'nothing' = 'update'): Promise<void> {
  await owner.db.transaction().execute(async (transaction) => {
    await sql`select set_config('search_path', 'kept_notes', true), set_config('role', ${roles.projector}, true)`.execute(
      transaction,
    )
    await upsertRows(transaction, { table: 'notes', columns, key: ['id'], onConflict }, rows)
  })
}
const read = async (transaction: WorkspaceTransaction) =>
  (await sql<Record<string, unknown>>`select id, said, text from kept_notes.notes order by text`.execute(transaction))
    .rows

test('rows written in one statement come back, whatever is in their strings, and a key written again is replaced', async () => {
  await createGeneration(owner.db, notes, 'kept_notes')
  const [first, second] = [randomUUID(), randomUUID()]
  const said = { quotes: `"'{},\\`, deep: [null, 1.5, { nul: '\u0000' }] }
  await write([
    { id: first, workspace_id: 'one', said, text: 'a \u0000 {"x"}, \\' },
    { id: second, workspace_id: 'one', said: null, text: null },
  ])
  await write([{ id: second, workspace_id: 'one', said: [], text: 'b' }])
  await write([{ id: second, workspace_id: 'one', said: [], text: 'never' }], 'nothing')
  await write([])
  expect(await withWorkspace(owner.db, 'one', read)).toEqual([
    { id: first, said: { ...said, deep: [null, 1.5, { nul: '\uFFFD' }] }, text: 'a \uFFFD {"x"}, \\' },
    { id: second, said: [], text: 'b' },
  ])
})

test('a workspace sees its own rows; no workspace, no rows; and nobody who reads can write', async () => {
  await createGeneration(owner.db, notes, 'kept_notes')
  await write([
    { id: randomUUID(), workspace_id: 'one', text: 'for one' },
    { id: randomUUID(), workspace_id: 'two', text: 'for two' },
  ])
  for (const { db } of [owner, reader]) {
    expect(await withWorkspace(db, 'one', read)).toMatchObject([{ text: 'for one' }])
    expect(await withWorkspace(db, 'two', read)).toMatchObject([{ text: 'for two' }])
    expect(await withWorkspace(db, '', read)).toEqual([])
  }
  expect((await sql`select * from kept_notes.notes`.execute(reader.db)).rows).toEqual([])
  const escape = async (transaction: WorkspaceTransaction) => sql`delete from kept_notes.notes`.execute(transaction)
  await expect(withWorkspace(owner.db, 'one', escape)).rejects.toThrow(/read-only|denied/)
  await expect(sql`set transaction_read_only = off; delete from kept_notes.notes`.execute(reader.db)).rejects.toThrow(
    /denied/,
  )
})

const withSecrets = (scope: 'workspace' | 'nobody') => ({
  ...notes,
  scope,
  migrations: [
    ...notes.migrations,
    {
      name: '002-secrets',
      async up(transaction: Parameters<(typeof notes.migrations)[number]['up']>[0]) {
        await sql`create table secrets (id uuid primary key, text text)`.execute(transaction)
      },
    },
  ],
})

test('a table without workspace_id was readable by every workspace: now its generation is refused', async () => {
  await expect(createGeneration(owner.db, withSecrets('workspace'), 'kept_notes')).rejects.toThrow(
    new UnscopedTableError('kept-notes', 'secrets'),
  )
})

test('what a projection keeps for nobody is read by no reader, with or without a workspace', async () => {
  await createGeneration(owner.db, withSecrets('nobody'), 'kept_notes')
  await write([{ id: randomUUID(), workspace_id: 'one', text: 'for one' }])
  for (const table of ['notes', 'secrets', 'migrations']) {
    const peek = async (transaction: WorkspaceTransaction) =>
      sql`select * from ${sql.id('kept_notes', table)}`.execute(transaction)
    await expect(withWorkspace(owner.db, 'one', peek)).rejects.toThrow(/denied/)
    await expect(sql`select * from ${sql.id('kept_notes', table)}`.execute(reader.db)).rejects.toThrow(/denied/)
  }
})

test("parked payloads of one workspace were readable by another: now each sees its own, and nobody's are nobody's", async () => {
  await createGeneration(owner.db, notes, 'kept_notes')
  const park = (position: number, workspaceId: string | null) =>
    sql`
    insert into kept_notes.parked (position, event_id, event_type, stream_id, revision, workspace_id, content_type, payload)
    values (${position}, 'e', 'NoteTaken', 'note-1', 0, ${workspaceId}, 'application/json', '{}')`.execute(owner.db)
  await park(1, 'one')
  await park(2, 'two')
  await park(3, null)
  const positions = async (transaction: WorkspaceTransaction) =>
    (await sql<{ position: string }>`select position from kept_notes.parked`.execute(transaction)).rows
  expect(await withWorkspace(reader.db, 'one', positions)).toEqual([{ position: '1' }])
  expect(await withWorkspace(reader.db, 'two', positions)).toEqual([{ position: '2' }])
  expect((await sql`select * from kept_notes.parked`.execute(reader.db)).rows).toEqual([])
})

test('a later migration runs once, in place', async () => {
  await createGeneration(owner.db, notes, 'kept_notes')
  await write([{ id: randomUUID(), workspace_id: 'one', text: 'stays' }])
  let runs = 0
  const indexed = {
    ...notes,
    migrations: [
      ...notes.migrations,
      {
        name: '002-by-text',
        async up(transaction: Parameters<(typeof notes.migrations)[number]['up']>[0]) {
          runs++
          await sql`create index notes_by_text on notes (text)`.execute(transaction)
        },
      },
    ],
  }
  await Promise.all([1, 2, 3].map(() => migrateGeneration(owner.db, indexed, 'kept_notes')))
  expect(runs).toBe(1)
  expect(await withWorkspace(owner.db, 'one', read)).toMatchObject([{ text: 'stays' }])
})

test('roles can be made by many at once', async () => {
  await Promise.all(Array.from({ length: 8 }, () => ensureRoles(owner.db)))
})

test('a lease is held by one, and is lost with its connection', async () => {
  const options = { url: database.url, applicationName: 'lease', name: 'one', signal: new AbortController().signal }
  const started = Promise.withResolvers<void>()
  const holding = withLease(options, async (signal) => {
    started.resolve()
    await new Promise((resolve) => signal.addEventListener('abort', resolve))
    return 'lost'
  })
  await started.promise
  await expect(withLease(options, async () => 'never')).rejects.toThrow(LeaseHeldError)
  await sql`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'lease'`.execute(owner.db)
  expect(await holding).toBe('lost')
  expect(await withLease(options, async () => 'mine now')).toBe('mine now')
})

test('a Postgres that does not answer makes the read model unavailable, not a fault', async () => {
  const nobody = connectPostgres({ url: 'postgres://x:y@127.0.0.1:1/z', applicationName: 'x', access: 'reader' })
  await expect(withWorkspace(nobody.db, 'one', read)).rejects.toThrow(ReadModelUnavailableError)
  await expect(nobody.ping()).rejects.toThrow()
  await nobody.close()
})

test('positions arrive as text, even where a library has changed how the driver reads them', async () => {
  const before = types.getTypeParser(20)
  types.setTypeParser(20, Number)
  try {
    const { rows } = await sql`select 9007199254740993::bigint as position, 0.10::numeric as cost, 7::int as n`.execute(
      reader.db,
    )
    expect(rows).toEqual([{ position: '9007199254740993', cost: '0.10', n: 7 }])
  } finally {
    types.setTypeParser(20, before)
  }
})
