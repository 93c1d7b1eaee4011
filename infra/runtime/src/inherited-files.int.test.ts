import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, mkdtempSync, openSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'

const module = new URL('./inherited-files.ts', import.meta.url).href

/** Node itself keeps the first few to itself. */
const number = 40

/** Whether a program finds a folder open that was given to whoever has started it. */
async function openInGrandchild(first: string): Promise<string> {
  const folder = openSync('/', 'r')
  const program = `
    import { execFileSync } from 'node:child_process'
    import { closeInheritedFiles } from ${JSON.stringify(module)}
    ${first}
    process.send('still heard')
    console.log(execFileSync('sh', ['-c', 'test -d /proc/self/fd/${number} && echo open || echo closed'], { encoding: 'utf8' }))
    process.disconnect()`
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc', ...Array<'ignore'>(number - 4).fill('ignore'), folder],
  })
  closeSync(folder)
  const [[heard], said] = await Promise.all([once(child, 'message'), text(child.stdout!)])
  expect(heard).toBe('still heard')
  return said.trim()
}

test.runIf(existsSync('/proc/self/fdinfo'))(
  'a folder that the shell of whoever started Mosaic had open was open to every agent in its sandbox',
  async () => {
    expect(await openInGrandchild('')).toBe('open')
    expect(await openInGrandchild('closeInheritedFiles()')).toBe('closed')
  },
)

test.runIf(existsSync('/proc/self/fdinfo'))(
  'a file of certificates that Node was reading was closed under it, and Node closed the socket that had its number by then',
  async () => {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'mosaic-certificates-'))
    // A pipe: it is being read until we say that it ends.
    const pipe = join(folder, 'certificates.pem')
    execFileSync('sh', ['-c', 'mkfifo "$1"', 'sh', pipe])
    const program = `
      import { readdirSync, readlinkSync } from 'node:fs'
      import { setTimeout } from 'node:timers/promises'
      import 'node:tls'
      import { closeInheritedFiles } from ${JSON.stringify(module)}
      const isOpen = () => readdirSync('/proc/self/fd').some((fd) => {
        try { return readlinkSync('/proc/self/fd/' + fd) === ${JSON.stringify(pipe)} } catch { return false }
      })
      for (let tries = 0; tries < 500 && !isOpen(); tries++) await setTimeout(20)
      const before = isOpen()
      closeInheritedFiles()
      console.log(JSON.stringify({ before, after: isOpen() }))`
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: pipe },
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    const ended = once(child, 'close')
    const said = text(child.stdout)
    const writer = openSync(pipe, 'r+')
    await once(child.stdout, 'data').catch(() => undefined)
    closeSync(writer)
    await ended
    expect(JSON.parse(await said)).toEqual({ before: true, after: true })
    rmSync(folder, { recursive: true })
  },
)
