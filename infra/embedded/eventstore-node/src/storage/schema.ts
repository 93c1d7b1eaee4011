import type { DatabaseSync } from 'node:sqlite'

/** "MOSA" in ASCII: the file is ours. */
export const APPLICATION_ID = 0x4d4f5341

/** Each entry takes the schema one version further; entries are never changed, only added. */
export const MIGRATIONS: readonly string[] = [
  `
  -- A stream's number is the position of its first event, so it only ever grows.
  CREATE TABLE streams (name TEXT PRIMARY KEY, id INTEGER NOT NULL) WITHOUT ROWID;
  -- record: the wire bytes as a reader gets them; checksum: their CRC-32.
  CREATE TABLE events (
    position INTEGER PRIMARY KEY,
    stream INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    checksum INTEGER NOT NULL,
    record BLOB NOT NULL
  );
  CREATE UNIQUE INDEX events_by_stream ON events (stream, revision);
  -- Ids of the newest events, one row per transaction: 16 bytes id, 8 bytes stream, 8 bytes revision each.
  CREATE TABLE recent_ids (position INTEGER PRIMARY KEY, entries BLOB NOT NULL);
  CREATE TABLE facts (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
  `,
  `
  -- A row holds a run of events, see run.ts. Those that are there are runs of one; who knows no runs must not come near.
  `,
]

export class StoreVersionError extends Error {
  override name = 'StoreVersionError'
}

const pragma = (db: DatabaseSync, name: string): number =>
  Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0] ?? 0)

/** Refuses what is not ours, or newer than we are; answers the version. */
export function checkVersion(db: DatabaseSync): number {
  const version = pragma(db, 'user_version')
  if (version > 0 && pragma(db, 'application_id') !== APPLICATION_ID) {
    throw new StoreVersionError('This file is not an event store of this node.')
  }
  if (version > MIGRATIONS.length) {
    throw new StoreVersionError(
      `The store was written by a newer version (schema ${version}, this version knows ${MIGRATIONS.length}).`,
    )
  }
  return version
}

/** Creates the schema or brings an older one up to date. */
export function migrate(db: DatabaseSync): void {
  const version = checkVersion(db)
  if (version === MIGRATIONS.length) return
  db.exec('BEGIN IMMEDIATE')
  try {
    for (const statements of MIGRATIONS.slice(version)) db.exec(statements)
    db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${MIGRATIONS.length}`)
    db.exec('COMMIT')
  } catch (fault) {
    // A full disk has rolled back already.
    if (db.isTransaction) db.exec('ROLLBACK')
    throw fault
  }
}
