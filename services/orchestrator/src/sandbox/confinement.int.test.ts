import { createServer } from 'node:http'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGitWorkspace } from '../git/index.ts'
import { TestRepository } from '../../test/user-repository.ts'
import { candidates, TestSandbox } from '../../test/sandboxes.ts'

const outside = mkdtempSync(join(tmpdir(), 'mosaic-outside-'))
const server = createServer((_, response) => response.end('reached'))
let port = 0
beforeAll(async () => {
  writeFileSync(join(outside, 'secret.txt'), 'secret')
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.close()
  rmSync(outside, { recursive: true })
})

for (const { provider, works, title } of await candidates()) {
  const isLocked = provider.kind !== 'process'

  if (isLocked)
    describe.runIf(works)(`${title} keeps in`, () => {
      it('files: nothing outside is seen or written, shown paths are read-only', async () => {
        const shown = mkdtempSync(join(tmpdir(), 'mosaic-shown-'))
        chmodSync(shown, 0o755)
        writeFileSync(join(shown, 'shown.txt'), 'shown')
        await using test = await TestSandbox.start(provider, { readOnlyPaths: [shown] })
        const result = await test.run(`cat ${outside}/secret.txt /etc/shadow ${shown}/shown.txt; ls /root /home
        touch /x /usr/x /etc/x /dev/x ${shown}/x ${outside}/x; ln -s ${outside} link; cat link/secret.txt`)
        expect(result.stdout).toContain('shown')
        expect(result.stdout + result.stderr).not.toMatch(/secret$|root:/m)
        expect((await test.run('find / -xdev -name docker.sock 2>/dev/null')).stdout).toBe('')
        expect([existsSync(join(outside, 'x')), existsSync(join(shown, 'x'))]).toEqual([false, false])
        rmSync(shown, { recursive: true })
      })

      it('privileges: no root, no capabilities, no way to new ones', async () => {
        await using test = await TestSandbox.start(provider)
        const { stdout } = await test.run('id -u; grep -E "^(CapEff|CapPrm|CapBnd|NoNewPrivs)" /proc/self/status')
        expect(stdout).not.toMatch(/^0$/m)
        expect(stdout).toMatch(/CapPrm:\s+0+\n/)
        expect(stdout).toMatch(/CapEff:\s+0+\n/)
        expect(stdout).toMatch(/CapBnd:\s+0+\n/)
        expect(stdout).toMatch(/NoNewPrivs:\s+1/)
        expect((await test.run('unshare -Ur id || mount -t tmpfs none /tmp')).exitCode).not.toBe(0)
      })

      it('setuid: what an agent makes is never root’s on the host, and nobody else gets at it', async () => {
        await using test = await TestSandbox.start(provider)
        await test.run('cp /usr/bin/id program; chmod 4755 program; mkdir -m 2777 folder; echo made')
        const made = ['program', 'folder'].map((name) => statSync(join(test.folder, name)))
        expect(made.map(({ uid, gid }) => uid * gid)).not.toContain(0)
        expect(statSync(test.folder).mode & 0o077).toBe(0)
      })

      it('network: there is none but its own', async () => {
        await using test = await TestSandbox.start(provider)
        const get = (to: number) =>
          `node -e "fetch('http://127.0.0.1:${to}').then(r=>r.text()).then(console.log,()=>console.log('no way'))"`
        expect((await test.run(get(port))).stdout).toBe('no way\n')
        const own = `node -e "require('http').createServer((_,r)=>r.end('own')).listen(8123,()=>require('fs').writeFileSync('up',''))" &
        while [ ! -e up ]; do sleep 0.05; done; ${get(8123)}`
        expect((await test.run(own)).stdout).toContain('own')
      })

      it('other processes: sees none, signals none', async () => {
        await using test = await TestSandbox.start(provider)
        const { stdout } = await test.run(`ls /proc | grep -cE '^[0-9]+$'; kill -0 ${process.pid} 2>&1 || echo denied`)
        expect(Number(stdout.split('\n')[0])).toBeLessThan(20)
        expect(stdout).toContain('denied')
      })

      it('the worktree’s .git file', async () => {
        using origin = new TestRepository({ 'a.txt': 'one\n' })
        const git = createGitWorkspace({ root: join(origin.folder, 'git') })
        const made = await git.createWorktree({
          repository: origin.path,
          baseBranch: 'main',
          branch: 'mosaic/work',
          agentId: 'a',
          taskId: 't',
        })
        if (!made.ok) throw new Error(made.error.message)
        const { path, mirrorPath, gitPath } = made.value
        await using test = await TestSandbox.start(provider, {
          worktreePath: path,
          readOnlyPaths: [mirrorPath, gitPath],
        })
        const before = readFileSync(join(path, '.git'), 'utf8')
        const result = await test.run(`echo two > a.txt; git status --short; git diff --stat; git log --oneline | wc -l
        git commit -qam no || echo refused; echo x > .git || rm -f .git || mv .git away`)
        expect(result.stdout).toMatch(/ M a\.txt\n a\.txt \| 2 \+-\n[^]*\n1\nrefused\n/)
        expect(readFileSync(join(path, '.git'), 'utf8')).toBe(before)
        const trailers = { 'Mosaic-Session': 's' }
        expect(await git.commit(made.value, { message: 'two', trailers })).toMatchObject({
          ok: true,
          value: { push: { state: 'pushed' } },
        })
      })
    })

  describe.runIf(works)(`${title} limits, where it says so,`, () => {
    it('processes, memory, files and /tmp', async (context) => {
      const limits = { pids: 40, memoryBytes: 128 * 1024 ** 2, fileBytes: 1024 ** 2, tmpBytes: 2 * 1024 ** 2 }
      await using test = await TestSandbox.start(provider, { limits })
      const { guarantees } = test.sandbox
      context.annotate(JSON.stringify(guarantees))
      if (guarantees.pids) {
        await test.run('for i in $(seq 1 200); do sleep 30 & done', 5_000)
        expect((await test.sandbox.descendants()).length).toBeLessThanOrEqual(limits.pids)
        await test.sandbox.signalKill()
        await test.sandbox.awaitExit(5_000)
      }
      await using second = await TestSandbox.start(provider, { limits })
      if (guarantees.memory) {
        const hog = await second.run(`node -e "const a=[];for(;;)a.push(Buffer.alloc(8<<20,1))"`)
        expect(hog.exitCode).toBe(137)
      }
      expect((await second.run('head -c 2000000 /dev/zero > big; ls -l big')).stdout).toContain(' 1048576 ')
      if (guarantees.filesystem) {
        const filled = await second.run('for i in 1 2 3 4; do head -c 900000 /dev/zero > /tmp/$i; done; du -s /tmp')
        expect(filled.stderr).toContain('No space left')
      }
    })
  })
}
