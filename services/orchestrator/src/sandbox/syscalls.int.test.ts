import { execFileSync } from 'node:child_process'
import { existsSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { rules } from './seccomp/rules.ts'
import { filteredMachine } from './seccomp/filter.ts'
import { syscallNumbers } from './seccomp/syscall-numbers.ts'
import { candidates, TestSandbox } from '../../test/sandboxes.ts'

const filtering = (await candidates()).filter(({ provider }) => provider.kind !== 'process')
const machine = filteredMachine()
const has = (program: string) => ['/usr/bin', '/bin'].some((folder) => existsSync(join(folder, program)))

/** Calls without conditions, in an order in which nothing that is let through by mistake hides the rest. */
const refused = rules
  .filter(({ when }) => !when)
  .flatMap(({ calls, error }) => calls.map((name) => ({ name, errno: error === 'EPERM' ? 1 : 38 })))

/** Newer than the names that an engine's library knows: what it does not know it lets through. */
const newest: ReadonlySet<string> = new Set(['open_tree_attr'])

for (const { provider, works, title } of machine ? filtering : [])
  describe.runIf(works)(`${title}’s filter of system calls`, () => {
    it.runIf(has('perl'))('refuses each that it names', async () => {
      await using test = await TestSandbox.start(provider)
      expect(test.sandbox.guarantees.syscalls).toBe(true)
      const calls = refused.flatMap(({ name, errno }) => {
        const number = syscallNumbers[name][machine!]
        const isUnknown = provider.kind === 'docker' && newest.has(name)
        return number === null || isUnknown ? [] : [{ name, number, errno }]
      })
      const probe = calls
        .map(({ name, number }) => `$! = 0; syscall(${number}, 0, 0, 0, 0, 0, 0); print "${name} ", $! + 0, "\\n";`)
        .join('\n')
      writeFileSync(join(test.folder, 'probe.pl'), probe)
      const { stdout, stderr } = await test.run('perl probe.pl')
      expect(stderr).toBe('')
      expect(stdout.trim().split('\n')).toEqual(calls.map(({ name, errno }) => `${name} ${errno}`))
    })

    it('refuses setuid and setgid in every way that makes a file', async () => {
      await using test = await TestSandbox.start(provider)
      const { stdout } = await test.run(`cp /usr/bin/id program
        chmod 4755 program || echo refused
        chmod u+s program || echo refused
        chmod g+s . || echo refused
        install -m 4755 /usr/bin/id installed 2>/dev/null || echo refused
        node -e "try { fs.openSync('opened', 'w', 0o4755) } catch (e) { console.log('refused') }"
        node -e "fs.openSync('ordinary', 'w', 0o755)" && chmod 1777 . && echo ordinary`)
      expect(stdout).toBe(`${'refused\n'.repeat(5)}ordinary\n`)
      const modes = ['program', 'ordinary'].map((name) => statSync(join(test.folder, name)).mode)
      expect(modes.map((mode) => mode & 0o6000)).toEqual([0, 0])
      expect(existsSync(join(test.folder, 'opened'))).toBe(false)
    })

    it('refuses namespaces', async () => {
      await using test = await TestSandbox.start(provider)
      const { stdout } = await test.run('unshare -U true || echo refused; unshare -m true || echo refused')
      expect(stdout).toBe('refused\nrefused\n')
    })

    it.runIf(has('perl'))('let an agent talk to the host of a virtual machine past its network', async () => {
      await using test = await TestSandbox.start(provider)
      const families = { vsock: 40, alg: 38, unix: 1, inet: 2 }
      const probe = Object.entries(families).map(
        ([name, family]) => `print "${name} ", socket(S, ${family}, 1, 0) ? 0 : $! + 0, "\\n";`,
      )
      writeFileSync(join(test.folder, 'probe.pl'), probe.join('\n'))
      const { stdout } = await test.run('perl probe.pl')
      expect(stdout.trim().split('\n')).toEqual(['vsock 1', 'alg 1', 'unix 0', 'inet 0'])
    })

    it.runIf(has('gcc') && machine === 'x64')('ends a program that calls by another machine’s numbers', async () => {
      await using test = await TestSandbox.start(provider)
      // getpid by i386's number and gate; the same number is writev here.
      writeFileSync(
        join(test.folder, 'old.c'),
        'int main(void) { int r; asm("int $0x80" : "=a"(r) : "a"(20)); return 0; }',
      )
      execFileSync('gcc', ['-static', '-o', join(test.folder, 'old'), join(test.folder, 'old.c')])
      const { exitCode } = await test.run('./old')
      expect([128 + 31, 128 + 11], 'SIGSYS, or SIGSEGV where the kernel has no such gate').toContain(exitCode)
    })

    it('lets people’s tools work: node, git, and python and gcc where they are', async () => {
      await using test = await TestSandbox.start(provider)
      const threads = `const { Worker } = require('worker_threads')
        new Worker('require("child_process").execSync("true")', { eval: true }).on('exit', () => require('fs').promises.readFile(__filename).then(() => console.log('node')))`
      writeFileSync(join(test.folder, 'threads.js'), threads)
      writeFileSync(join(test.folder, 'hello.c'), '#include <stdio.h>\nint main(void) { puts("gcc"); return 0; }')
      const python =
        'import subprocess, threading, tempfile, multiprocessing as m; t = threading.Thread(target=subprocess.run, args=(["true"],)); t.start(); t.join(); tempfile.NamedTemporaryFile(); m.Lock(); print("python")'
      const hasInside = async (name: string) => (await test.run(`command -v ${name}`)).exitCode === 0
      const [hasPython, hasGcc] = [await hasInside('python3'), await hasInside('gcc')]
      const wanted = ['node', 'git', ...(hasPython ? ['python'] : []), ...(hasGcc ? ['gcc'] : [])]
      const { stdout, stderr } = await test.run(`node threads.js
        git init -q repo && cd repo && git config user.email a@b && git config user.name a && git commit -qm x --allow-empty && git gc -q && echo git; cd ..
        ${hasPython ? `python3 -c '${python}'` : ''}
        ${hasGcc ? 'gcc -o hello hello.c && ./hello' : ''}`)
      expect(stdout.trim().split('\n'), stderr).toEqual(wanted)
    })
  })
