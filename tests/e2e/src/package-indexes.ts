import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

/** On loopback, and yet not an address that a sandbox has itself. */
const host = '127.0.0.2'

type Served = { readonly type: string; readonly body: string | Buffer }
const json = (value: unknown): Served => ({ type: 'application/json', body: JSON.stringify(value) })

/** The npm package `greeting`, as a registry has it. */
function npmPackage(folder: string) {
  const place = mkdtempSync(join(folder, 'npm-'))
  mkdirSync(join(place, 'package'))
  writeFileSync(join(place, 'package/package.json'), '{"name":"greeting","version":"1.0.0","main":"index.js"}\n')
  writeFileSync(join(place, 'package/index.js'), 'exports.greet = (name) => `Hello, ${name}!`\n')
  const tarball = join(place, 'greeting-1.0.0.tgz')
  execFileSync('tar', ['-czf', tarball, '-C', place, 'package'])
  const bytes = readFileSync(tarball)
  return { bytes, integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}` }
}

/** The wheel of `greeting`, as an index has it. */
function wheel(folder: string): Buffer {
  const place = mkdtempSync(join(folder, 'wheel-'))
  const info = 'greeting-1.0.0.dist-info'
  mkdirSync(join(place, 'greeting'))
  mkdirSync(join(place, info))
  writeFileSync(join(place, 'greeting/__init__.py'), 'def greet(name):\n    return f"Hello, {name}!"\n')
  writeFileSync(join(place, info, 'METADATA'), 'Metadata-Version: 2.1\nName: greeting\nVersion: 1.0.0\n')
  writeFileSync(
    join(place, info, 'WHEEL'),
    'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
  )
  writeFileSync(
    join(place, info, 'RECORD'),
    `greeting/__init__.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`,
  )
  execFileSync('python3', ['-m', 'zipfile', '-c', 'greeting-1.0.0-py3-none-any.whl', 'greeting', info], { cwd: place })
  return readFileSync(join(place, 'greeting-1.0.0-py3-none-any.whl'))
}

export type PackageIndexes = Awaited<ReturnType<typeof servePackages>>

/** An npm registry and a Python index with one package each, and what they were asked for. */
export async function servePackages(folder: string) {
  const [npm, python] = [npmPackage(folder), wheel(folder)]
  const asked: string[] = []
  const file = 'greeting-1.0.0-py3-none-any.whl'
  const served = (url: string): Record<string, Served> => ({
    '/greeting': json({
      name: 'greeting',
      'dist-tags': { latest: '1.0.0' },
      versions: {
        '1.0.0': {
          name: 'greeting',
          version: '1.0.0',
          dist: { tarball: `${url}/greeting.tgz`, integrity: npm.integrity },
        },
      },
    }),
    '/greeting.tgz': { type: 'application/octet-stream', body: npm.bytes },
    '/simple/greeting/': { type: 'text/html', body: `<!doctype html><a href="/files/${file}">${file}</a>` },
    [`/files/${file}`]: { type: 'application/zip', body: python },
  })
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', `http://${host}`).pathname
    asked.push(path)
    const found = served(url)[path]
    response.writeHead(found ? 200 : 404, { 'content-type': found?.type ?? 'text/plain' }).end(found?.body)
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the package indexes have no port')
  const url = `http://${host}:${address.port}`
  return {
    url,
    host: `${host}:${address.port}`,
    integrity: npm.integrity,
    /** Paths, in the order of asking. */
    asked,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  }
}
