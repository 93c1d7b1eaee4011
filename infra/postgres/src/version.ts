import { Client } from 'pg'

/** The oldest that the read models are tried on. */
const oldestMajor = 16

/** Thrown for a server that the read models do not work on. */
export class PostgresTooOldError extends Error {
  override readonly name = 'PostgresTooOldError'
}

/** @param version `server_version_num`: 150004 is 15.4. Throws PostgresTooOldError. */
export function requireVersion(version: number, host: string): void {
  const major = Math.floor(version / 10_000)
  if (major >= oldestMajor) return
  throw new PostgresTooOldError(
    `Postgres at ${host} is version ${major}.${version % 10_000}; ${oldestMajor} or newer is needed (MOSAIC_POSTGRES_URL)`,
  )
}

/** Looks once whether the server is new enough. One that does not answer is no reason not to start: it may come. */
export async function refuseOldPostgres(url: string): Promise<void> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5000 })
  client.on('error', () => {})
  try {
    await client.connect()
  } catch {
    return
  }
  try {
    const { rows } = await client.query<{ version: string }>(`select current_setting('server_version_num') as version`)
    requireVersion(Number(rows[0]?.version), client.host)
  } finally {
    await client.end()
  }
}
