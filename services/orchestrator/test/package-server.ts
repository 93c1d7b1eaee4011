import { execFileSync } from 'node:child_process'
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
  readonly certificate = join(this.folder, 'certificate.pem')
  readonly host: string
  server!: LoopbackServer

  private constructor(host: string) {
    this.host = host
  }

  static async start(host: string): Promise<PackageServer> {
    const packages = new PackageServer(host)
    packages.#makeCertificate()
    packages.#makePackages()
    const { folder, certificate } = packages
    const tls = { cert: readFileSync(certificate), key: readFileSync(join(folder, 'key.pem')) }
    const server = createServer(tls, (request, response) => {
      const body = packages.#bodyOf(new URL(request.url ?? '/', packages.url).pathname)
      response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'text/html' }).end(body)
    })
    packages.server = await LoopbackServer.start(server)
    return packages
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
    const dist = { tarball: `${this.url}/demo-1.0.0.tgz` }
    return {
      name: 'demo',
      'dist-tags': { latest: '1.0.0' },
      versions: { '1.0.0': { name: 'demo', version: '1.0.0', dist } },
    }
  }

  #makeCertificate(): void {
    const options = ['-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2']
    const files = ['-keyout', join(this.folder, 'key.pem'), '-out', this.certificate]
    const subject = ['-subj', `/CN=${this.host}`, '-addext', `subjectAltName=DNS:${this.host}`]
    execFileSync('openssl', ['req', ...options, ...files, ...subject], { stdio: 'ignore' })
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
