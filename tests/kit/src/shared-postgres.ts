import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RunningPostgres, startPostgres } from '@mosaic/embedded-postgres'
import type { TestProject } from 'vitest/node'

/** Vitest's global set-up: one Postgres for the whole run, for those files that want a database (`postgresDatabase`). */
export default async function shareOnePostgres(project: TestProject): Promise<() => Promise<void>> {
  const data = mkdtempSync(join(tmpdir(), 'mosaic-postgres-'))
  let starting: Promise<RunningPostgres> | undefined
  const server = createServer((_request, response) => {
    starting ??= startPostgres({ data: join(data, 'server'), durable: false })
    starting.then(
      ({ url }) => response.end(url),
      (error: Error) => response.writeHead(500).end(`${error.message}: ${String(error.cause)}`),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  project.provide('sharedPostgres', `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return async () => {
    server.close()
    server.closeAllConnections()
    await (await starting?.catch(() => undefined))?.close()
    rmSync(data, { recursive: true, force: true })
  }
}
