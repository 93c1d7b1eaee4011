import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '@mosaic/kit'
import { afterAll, describe, expect, it } from 'vitest'
import type { Connections } from '../../egress/index.ts'
import { LoopbackServer } from '../../../test/loopback-server.ts'
import { PackageServer } from '../../../test/package-server.ts'
import { candidates, TestSandbox } from '../../../test/sandboxes.ts'
import type { SandboxProvider, SandboxSpec } from '../contract.ts'
import { writeAuthorities } from './authorities.ts'

const registry = 'registry.example.org'
const packages = await PackageServer.start(registry)
const authoritiesFolder = mkdtempSync(join(tmpdir(), 'mosaic-authorities-'))
const authorities = writeAuthorities([packages.bundle], authoritiesFolder)
const lookup = async (host: string) => ([registry, 'own.example.org'].includes(host) ? ['127.0.0.1'] : [])
afterAll(async () => {
  await packages[Symbol.asyncDispose]()
  rmSync(authoritiesFolder, { recursive: true })
})

/** A sandbox that may reach these hosts, and what is told of it. */
async function open(provider: SandboxProvider, hosts: string[], more: Partial<SandboxSpec> = {}) {
  const told: Connections[] = []
  const test = await TestSandbox.start(provider, {
    ...more,
    network: { kind: 'hosts', hosts },
    onConnections: async (connections) => void told.push(connections),
  })
  return { test, told }
}
/** Where a sandbox’s way out is, in there and outside. */
function socketOf({ sessionId }: TestSandbox): string {
  const folders = readdirSync(tmpdir()).filter((name) => name.includes(sessionId))
  return folders.map((name) => join(tmpdir(), name, 'socket')).find((path) => existsSync(path)) ?? ''
}

/** A distribution may have taken it apart. */
const isThere: Readonly<Record<string, string>> = { python3: 'python3 -c "import urllib.request"' }

const registryHosts = () => [`${registry}:${packages.server.port}`, `127.0.0.1:${packages.server.port}`]

for (const { provider, works, title } of await candidates({ network: { lookup }, authorities })) {
  if (provider.kind === 'process') continue
  describe.runIf(works)(`${title} with hosts`, () => {
    const clients: readonly (readonly [string, () => string, string])[] = [
      ['curl', () => `curl -sS ${packages.url}/`, 'reached'],
      ['git', () => `git ls-remote ${packages.url}/repository.git HEAD`, 'HEAD'],
      ['node', () => `node -e "fetch('${packages.url}/').then(r => r.text()).then(console.log)"`, 'reached'],
      ['npm', () => `npm install --registry ${packages.url} demo >&2 && node -p "require('demo')"`, '42'],
      [
        'python3',
        () => `python3 -c "import urllib.request as u; print(u.urlopen('${packages.url}/').read())"`,
        'reached',
      ],
      [
        'pip',
        () =>
          `pip install -q --target p --index-url ${packages.url}/simple/ demo >&2 && PYTHONPATH=p python3 -c "import demo; print(demo.answer)"`,
        '42',
      ],
    ]
    it.each(clients)(
      '%s gets through by itself, and trusts the company’s certificate',
      async (program, command, expected) => {
        const { test } = await open(provider, registryHosts())
        await using _ = test
        if ((await test.run(isThere[program] ?? `command -v ${program}`)).exitCode !== 0) return
        const result = await test.run(command(), 60_000)
        expect(result.stdout + result.stderr).toContain(expected)
        expect(result.exitCode).toBe(0)
      },
    )

    it('a repository’s own certificates are trusted beside the company’s, and by its sandboxes alone', async () => {
      await using own = await PackageServer.start('own.example.org')
      const hosts = [...registryHosts(), `${own.host}:${own.server.port}`, `127.0.0.1:${own.server.port}`]
      const { test: trusting } = await open(provider, hosts, { certificates: `# whose they are\n${own.bundle}` })
      await using _ = trusting
      for (const [program, command, expected] of clients) {
        if ((await trusting.run(isThere[program] ?? `command -v ${program}`)).exitCode !== 0) continue
        const ofOwn = command().replaceAll(packages.url, own.url)
        const result = await trusting.run(`mkdir ${program} && cd ${program} && ${ofOwn}`, 60_000)
        expect(result, `${program}: ${result.stderr}`).toMatchObject({ exitCode: 0 })
        expect(result.stdout + result.stderr).toContain(expected)
      }
      expect((await trusting.run(`curl -sS ${packages.url}/`)).stdout).toBe('reached')
      const { test: other } = await open(provider, hosts)
      await using __ = other
      expect((await other.run(`curl -sS ${own.url}/`)).stderr).toContain('certificate')
    })

    it('a server of this machine that is named with its port is there inside, with the proxy and without', async () => {
      await using server = await LoopbackServer.http((request, response) => response.end(`reached ${request.url}`))
      const { test, told } = await open(provider, [`localhost:${server.port}`])
      await using _ = test
      expect((await test.run(`curl -sS http://127.0.0.1:${server.port}/direct`)).stdout).toBe('reached /direct')
      const proxied = await test.run(`curl -sS --noproxy '' http://localhost:${server.port}/proxied`)
      expect(proxied.stdout).toBe('reached /proxied')
      const own = `node -e "require('http').createServer((_, r) => r.end('own')).listen(8123, () => console.log('up'))" &
        while ! curl -s http://127.0.0.1:8123/; do sleep 0.1; done`
      expect((await test.run(own)).stdout).toContain('own')
      await eventually('it is told', () => told.some(({ outcome }) => outcome === 'allowed'))
    })

    it('what is not allowed is refused with the way to allow it, and told', async () => {
      await using canary = await LoopbackServer.http((_, response) => response.end('reached'))
      const { test, told } = await open(provider, registryHosts())
      await using _ = test
      const { port } = canary
      const tries = [
        `curl -sS http://evil.example.net:${port}/`,
        `curl -sS --noproxy '' http://127.0.0.1:${port}/ http://[::1]:${port}/ http://2130706433:${port}/`,
        `curl -sS http://127.0.0.1:${port}/ http://10.0.0.1/ http://169.254.169.254/latest/meta-data/`,
        `curl -sS --noproxy '*' --connect-timeout 2 http://1.1.1.1/`,
      ]
      const results = await Promise.all(tries.map((command) => test.run(command)))
      expect(results[0]!.stdout).toBe(
        `evil.example.net is not among the hosts that may be reached from here. The person in charge can allow it: "evil.example.net:${port}" under network hosts in mosaic.yaml.\n`,
      )
      expect(results.map(({ stdout }) => stdout).join('')).not.toContain('reached\n')
      expect(canary.connections).toBe(0)
      await eventually('it is told', () => told.some(({ host }) => host === 'evil.example.net'))
      expect(told).toContainEqual(expect.objectContaining({ outcome: 'refused', reason: 'HOST_NOT_ALLOWED' }))
    })

    it('a session does not come at another’s way out', async () => {
      const { test: one } = await open(provider, registryHosts())
      await using _ = one
      const { test: other } = await open(provider, [])
      await using __ = other
      const [ours, theirs] = [socketOf(one), socketOf(other)]
      expect((await one.run(`test -S ${ours}`)).exitCode).toBe(0)
      expect((await other.run(`test -S ${theirs}`)).exitCode).toBe(0)
      expect((await other.run(`test -e ${ours}`)).exitCode).toBe(1)
      const stolen = await other.run(`curl -sS --unix-socket ${ours} http://x/; curl -sS ${packages.url}/`)
      expect(stolen.stdout + stolen.stderr).not.toMatch(/^reached$/m)
    })

    it('a kill cuts what is under way, and nothing goes out after it', async () => {
      await using server = await LoopbackServer.http((_, response) => void response.write('begun'))
      const { test } = await open(provider, [`127.0.0.1:${server.port}`])
      await using _ = test
      const loop = `while :; do curl -sN http://127.0.0.1:${server.port}/ & sleep 0.2; done`
      const running = test.run(loop, 60_000)
      await eventually('connections', () => server.sockets.size >= 3)
      const killed = test.sandbox.signalKill()
      await eventually('the server is left', () => server.sockets.size === 0)
      await killed
      expect(await test.sandbox.awaitExit(10_000)).toEqual({ exited: true })
      const { connections } = server
      await running
      expect(server.connections).toBe(connections)
    })

    it('standing still it receives no more, and goes on afterwards', async () => {
      let sent = 0
      await using server = await LoopbackServer.http((_, response) => {
        const more = () => {
          do sent += 65_536
          while (response.write(Buffer.alloc(65_536)))
        }
        response.on('drain', more)
        more()
      })
      const { test } = await open(provider, [`127.0.0.1:${server.port}`])
      await using _ = test
      const running = test.run(`curl -sN http://127.0.0.1:${server.port}/ | head -c 150000000 | wc -c`, 100_000)
      await eventually('bytes', () => sent > 20_000_000)
      await test.sandbox.freeze()
      let before = -1
      await eventually('it stands still', () => {
        const stands = before === sent
        before = sent
        return stands
      })
      await test.sandbox.thaw()
      await eventually('it goes on', () => sent > before)
      expect((await running).stdout.trim()).toBe('150000000')
    })

    it('other hosts may be allowed later, and those before them no longer', async () => {
      await using setup = await LoopbackServer.http((_, response) => response.end('setup'))
      await using work = await LoopbackServer.http((_, response) => response.end('work'))
      const { test } = await open(provider, [`127.0.0.1:${setup.port}`])
      await using _ = test
      const get = async ({ port }: LoopbackServer) => (await test.run(`curl -s http://127.0.0.1:${port}/`)).stdout
      expect([await get(setup), await get(work)]).toEqual(['setup', ''])
      await test.sandbox.network!.allow([`127.0.0.1:${work.port}`])
      expect([await get(setup), await get(work)]).toEqual(['', 'work'])
    })

    it('an agent that ends everything it can has its way out again with the next command', async () => {
      const { test } = await open(provider, registryHosts())
      await using _ = test
      const isReached = async () => (await test.run(`curl -sS ${packages.url}/`)).stdout === 'reached'
      await test.run('kill -9 -1', 5_000)
      // Who kills is answered a moment before all that it has killed is gone.
      await eventually('the way out is back', isReached)
      await test.sandbox.endAll()
      expect(await isReached()).toBe(true)
    })

    it('thousands of attempts are a few facts', async () => {
      const { test, told } = await open(provider, ['example.org'])
      await using _ = test
      const flood = `const net = require('net'); let n = 0, left = 2000
        const next = () => n < 2000 && net.connect('${socketOf(test)}').on('error', () => 0).on('close', () => --left || process.exit())
          .on('close', next).resume().end('CONNECT n' + n++ + '.evil.org:443 HTTP/1.1\\r\\n\\r\\n')
        for (let i = 0; i < 50; i++) next()`
      await test.run(`node -e "${flood}"`, 60_000)
      await test.sandbox.dispose()
      expect(told.length).toBeLessThan(120)
      expect(told.reduce((sum, { count }) => sum + count, 0)).toBeGreaterThanOrEqual(2000)
    })
  })
}
