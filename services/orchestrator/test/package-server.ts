import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LoopbackServer } from './loopback-server.ts'

const wheel = `
import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as z:
    z.writestr('demo/__init__.py', 'answer = 42\\n')
    z.writestr('demo-1.0.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: demo\\nVersion: 1.0.0\\n')
    z.writestr('demo-1.0.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')
    z.writestr('demo-1.0.0.dist-info/RECORD', '')
`

/**
 * A registry of this machine by TLS, whose certificate nobody knows but who is given its authority: a package for npm, one
 * for pip, and a git repository.
 */
export class PackageServer implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'mosaic-packages-'))
  /** Of its authority. */
  readonly certificate = join(this.folder, 'authority.pem')
  readonly host: string
  server!: LoopbackServer

  private constructor(host: string) {
    this.host = host
  }

  static async start(host: string): Promise<PackageServer> {
    const packages = new PackageServer(host)
    packages.#makeCertificate()
    packages.#makePackages()
    const { folder } = packages
    const tls = { cert: readFileSync(join(folder, 'server.pem')), key: readFileSync(join(folder, 'key.pem')) }
    const server = createServer(tls, (request, response) => {
      const body = packages.#bodyOf(new URL(request.url ?? '/', packages.url).pathname)
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(body)
    })
    packages.server = await LoopbackServer.start(server)
    return packages
  }

  /** What to trust, as PEM. */
  get bundle(): string {
    return readFileSync(this.certificate, 'utf8')
  }

  get url(): string {
    return `https://${this.host}:${this.server.port}`
  }

  #bodyOf(path: string): string | Buffer | undefined {
    if (path === '/') return 'reached'
    if (path === '/demo') return JSON.stringify(this.#npmDocument())
    if (path === '/simple/demo/') return '<a href="/demo-1.0.0-py3-none-any.whl">demo-1.0.0-py3-none-any.whl</a>'
    const file = join(this.folder, 'www', path)
    return existsSync(file) && statSync(file).isFile() ? readFileSync(file) : undefined
  }

  #npmDocument() {
    const tarball = readFileSync(join(this.folder, 'www/demo-1.0.0.tgz'))
    const integrity = `sha512-${createHash('sha512').update(tarball).digest('base64')}`
    const dist = { tarball: `${this.url}/demo-1.0.0.tgz`, integrity }
    return {
      name: 'demo',
      'dist-tags': { latest: '1.0.0' },
      // Package managers take nothing that is a few hours old.
      time: { '1.0.0': '2020-01-01T00:00:00.000Z' },
      versions: { '1.0.0': { name: 'demo', version: '1.0.0', dist } },
    }
  }

  /** An authority, and a certificate of its own for the server: some programs take no authority's from a server. */
  #makeCertificate(): void {
    const at = (name: string) => join(this.folder, name)
    const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' })
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    const authority = ['-keyout', at('authority.key'), '-out', this.certificate]
    openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=authority', ...authority)
    openssl('req', ...key, '-subj', `/CN=${this.host}`, '-keyout', at('key.pem'), '-out', at('request.pem'))
    writeFileSync(at('extensions'), `subjectAltName=DNS:${this.host}\nbasicConstraints=CA:FALSE\n`)
    const signed = ['-CA', this.certificate, '-CAkey', at('authority.key'), '-CAcreateserial', '-days', '2']
    openssl('x509', '-req', '-in', at('request.pem'), ...signed, '-extfile', at('extensions'), '-out', at('server.pem'))
  }

  #makePackages(): void {
    const www = join(this.folder, 'www')
    mkdirSync(join(this.folder, 'package'))
    mkdirSync(www)
    writeFileSync(join(this.folder, 'package/package.json'), JSON.stringify({ name: 'demo', version: '1.0.0' }))
    writeFileSync(join(this.folder, 'package/index.js'), 'module.exports = 42\n')
    execFileSync('tar', ['-czf', join(www, 'demo-1.0.0.tgz'), '-C', this.folder, 'package'])
    execFileSync('python3', ['-c', wheel, join(www, 'demo-1.0.0-py3-none-any.whl')])
    const git = (...args: string[]) =>
      execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args], {
        cwd: this.folder,
        stdio: 'ignore',
      })
    git('init', '-q', 'made')
    git('-C', 'made', 'commit', '--allow-empty', '-qm', 'first')
    git('clone', '-q', '--bare', 'made', join(www, 'repository.git'))
    git('-C', join(www, 'repository.git'), 'update-server-info')
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true })
  }
}
