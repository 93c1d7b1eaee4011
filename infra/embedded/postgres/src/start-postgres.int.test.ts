import { spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { identifyProcess } from '@mosaic/runtime'
import { Client } from 'pg'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { locateBinaries } from './binaries.ts'
import { ensureCluster } from './cluster.ts'
import { type RunningPostgres, startPostgres } from './start-postgres.ts'
import { allowPaths, postgresUser } from './system-user.ts'

let folder: string
let data: string
const running: RunningPostgres[] = []

beforeEach(() => {
  // mode 0700, as `mktemp -d` makes them: the postgres user may not enter it.
  folder = mkdtempSync(join(tmpdir(), 'mosaic-postgres-'))
  chmodSync(folder, 0o700)
  data = join(folder, 'postgres')
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((postgres) => postgres.close()))
  rmSync(folder, { recursive: true, force: true })
})

async function start(port?: number): Promise<RunningPostgres> {
  const postgres = await startPostgres(port === undefined ? { data } : { data, port })
  running.push(postgres)
  return postgres
}

async function query<Row extends object>(url: string, sql: string): Promise<Row[]> {
  const client = new Client({ connectionString: url })
  await client.connect()
  const { rows } = await client.query<Row>(sql)
  await client.end()
  return rows
}

test('the printed connection string works as it is, before and after a restart', async () => {
  const first = await start()
  expect(first.version).toMatch(/^18\./)
  await query(first.url, 'create table kept (id int); insert into kept values (1)')
  await first.close()
  expect(identifyProcess(first.pid)).toBeUndefined()

  const second = await start(Number(new URL(first.url).port))
  expect(second.url).toBe(first.url)
  expect(await query(second.url, 'select id, current_database() from kept')).toEqual([
    { id: 1, current_database: 'mosaic' },
  ])
  expect(statSync(join(data, 'password')).mode & 0o777).toBe(0o600)
})

test('a wrong password is refused, and each data folder has its own', async () => {
  const { url } = await start()
  const wrong = new URL(url)
  wrong.password = 'wrong'
  await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/)
})

test('root could not start it from a clone below a folder that is root’s alone', async () => {
  const { initdb } = await locateBinaries()
  const native = join(folder, 'native')
  cpSync(dirname(dirname(initdb)), native, { recursive: true, verbatimSymlinks: true })
  mkdirSync(data)
  const own = join(native, 'bin/initdb')
  const cluster = await ensureCluster(data, own, allowPaths(postgresUser(), [own, data]), false)
  expect(readFileSync(join(cluster.folder, 'PG_VERSION'), 'utf8')).toBe('18\n')
})

test('kill -9 of the server: what was committed is there, and it starts again', async () => {
  const first = await start()
  await query(first.url, 'create table kept (id int); insert into kept values (1)')
  process.kill(first.pid, 'SIGKILL')
  expect(await first.exited).toBe('SIGKILL')
  const second = await vi.waitFor(() => start(), { timeout: 20_000 })
  expect(await query(second.url, 'select id from kept')).toEqual([{ id: 1 }])
})

test('a first start that was cut off half-way is done again', async () => {
  mkdirSync(join(data, 'cluster.new'), { recursive: true })
  const { url } = await start()
  expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
})

test('kill -9 of the process that started it leaves no server', async () => {
  const module = fileURLToPath(new URL('./index.ts', import.meta.url))
  const program = `
    import { startPostgres } from ${JSON.stringify(module)}
    const postgres = await startPostgres({ data: ${JSON.stringify(data)} })
    console.log(postgres.pid)
    setInterval(() => {}, 1000)`
  const parent = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const pid = await new Promise<number>((resolve) => parent.stdout.once('data', (text) => resolve(Number(text))))
  const family = [pid, ...readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').map(Number)]
  expect(family.length).toBeGreaterThan(3)
  parent.kill('SIGKILL')
  await expect.poll(() => family.filter((each) => identifyProcess(each))).toEqual([])
})
