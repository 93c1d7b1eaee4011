import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createServer, type TlsOptions } from 'node:tls'
import { LoopbackServer } from './loopback-server.ts'

/** A way to this machine's engine as it is offered to others: by TLS, for those alone who show a certificate of its authority. */
export class TlsEngine implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'mosaic-tls-engine-'))
  server!: LoopbackServer

  static async start(socketPath: string): Promise<TlsEngine> {
    const engine = new TlsEngine()
    engine.#makeCertificates()
    const pem = (name: string) => readFileSync(join(engine.folder, name), 'utf8')
    const options: TlsOptions = { cert: pem('cert.pem'), key: pem('key.pem'), ca: pem('ca.pem'), requestCert: true }
    const server = createServer(options, (client) => {
      const own = connect(socketPath)
      for (const [from, to] of [[client, own] as const, [own, client] as const]) {
        from.pipe(to)
        from.on('error', () => to.destroy())
        from.on('close', () => to.destroy())
      }
    })
    engine.server = await LoopbackServer.start(server)
    return engine
  }

  /** As a person sets them. */
  get variables() {
    return { DOCKER_HOST: `tcp://127.0.0.1:${this.server.port}`, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: this.folder }
  }

  /** An authority, and one certificate of its for both sides. */
  #makeCertificates(): void {
    const at = (name: string) => join(this.folder, name)
    const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'ignore' })
    const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
    openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=ca', '-keyout', at('ca.key'), '-out', at('ca.pem'))
    openssl('req', ...key, '-subj', '/CN=engine', '-keyout', at('key.pem'), '-out', at('request.pem'))
    writeFileSync(at('extensions'), 'subjectAltName=IP:127.0.0.1\nbasicConstraints=CA:FALSE\n')
    const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2']
    openssl('x509', '-req', '-in', at('request.pem'), ...signed, '-extfile', at('extensions'), '-out', at('cert.pem'))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.server[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true })
  }
}
