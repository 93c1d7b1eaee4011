import type { ProjectionView } from '@mosaic/contracts/http'
import type { NoTables } from '@mosaic/postgres'
import { type Kysely, sql } from 'kysely'

export type Proof = NonNullable<ProjectionView['lastProof']>

/** Where the last proof of each projection is kept: about the models, not part of one. */
export async function createProofs(db: Kysely<NoTables>): Promise<void> {
  await sql`
    create schema if not exists mosaic;
    create table if not exists mosaic.proofs (
      projection text primary key,
      at timestamptz not null,
      position bigint not null,
      digest text not null,
      equal boolean not null
    )`.execute(db)
}

export async function saveProof(db: Kysely<NoTables>, projection: string, proof: Proof): Promise<void> {
  const { at, position, digest, equal } = proof
  await sql`
    insert into mosaic.proofs values (${projection}, ${at}, ${position}, ${digest}, ${equal})
    on conflict (projection) do update
      set at = excluded.at, position = excluded.position, digest = excluded.digest, equal = excluded.equal`.execute(db)
}

export async function readProof(db: Kysely<NoTables>, projection: string): Promise<Proof | null> {
  const { rows } = await sql<Omit<Proof, 'at'> & { at: Date }>`
    select at, position, digest, equal from mosaic.proofs where projection = ${projection}`.execute(db)
  const found = rows[0]
  return found ? { ...found, at: found.at.toISOString() } : null
}
