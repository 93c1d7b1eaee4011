import { createServer } from 'node:http'
import { connect } from 'node:net'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { LoopbackServer } from '../../test/loopback-server.ts'
import { PackageServer } from '../../test/package-server.ts'
import { createGitWorkspace } from './workspace.ts'

test('a repository is fetched through a company’s proxy, by its certificates', async () => {
  await using packages = await PackageServer.start('git.example.org')
  const asked: (string | undefined)[] = []
  const proxy = createServer().on('connect', (request, client) => {
    asked.push(request.url)
    const onward = connect(packages.server.port, '127.0.0.1').on('error', () => client.destroy())
    client.on('error', () => onward.destroy())
    client.write('HTTP/1.1 200 OK\r\n\r\n')
    client.pipe(onward).pipe(client)
  })
  await using corporate = await LoopbackServer.start(proxy)
  const root = mkdtempSync(join(tmpdir(), 'mosaic-company-'))
  const way = {
    proxy: { address: `http://127.0.0.1:${corporate.port}`, except: '' },
    certificates: packages.certificate,
  }
  const repository = 'https://git.example.org/repository.git'
  const found = await createGitWorkspace({ root, way }).inspectRepository(repository)
  expect(found).toMatchObject({ ok: true })
  expect(new Set(asked)).toEqual(new Set(['git.example.org:443']))
  const unknown = await createGitWorkspace({ root, way: { ...way, certificates: undefined } }).inspectRepository(
    repository,
  )
  expect(unknown).toMatchObject({ ok: false, error: { code: 'REPOSITORY_UNREACHABLE' } })
  rmSync(root, { recursive: true })
})
