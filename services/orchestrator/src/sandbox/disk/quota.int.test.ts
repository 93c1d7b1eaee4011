import { statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { candidates, TestSandbox } from '../../../test/sandboxes.ts'
import { sandboxProviders } from '../choose-provider.ts'
import { usageOf } from './usage.ts'

const megabyte = 1024 ** 2
const quota = { bytes: 32 * megabyte, files: 2_000, reserveBytes: 0 }

for (const { provider: candidate, works, title } of await candidates()) {
  describe.runIf(works)(`${title}: a worktree has a quota`, () => {
    const start = () => {
      const provider = sandboxProviders({ quota }).find(({ kind }) => kind === candidate.kind)
      return TestSandbox.start(provider!)
    }

    it('of bytes: what writes beyond it is ended, also in the background, and one can tidy up', async () => {
      await using test = await start()
      // A gigabyte, at a pace at which a busy machine still looks in time.
      const fill = 'for i in $(seq 1000); do head -c 1048576 /dev/zero >>big; sleep 0.01; done'
      const filled = await test.run(`(${fill.replaceAll('big', 'behind')}) & ${fill}`, 120_000)
      expect(filled).toMatchObject({ exitCode: null, signal: 'SIGKILL', aborted: false, timedOut: false })
      expect(filled.full).toMatch(/over its quota of 32 MB and 2,000 files: it holds \d+ MB/)
      const size = () => statSync(join(test.folder, 'big')).size + statSync(join(test.folder, 'behind')).size
      const held = size()
      expect(held).toBeLessThan(1_000 * megabyte)
      const again = await test.run(fill, 120_000)
      expect(again.full).toContain('Delete something')
      expect(await test.run('rm big behind && echo tidy')).toMatchObject({ exitCode: 0, stdout: 'tidy\n' })
      expect(await test.run('head -c 1048576 /dev/zero >small && echo fits; sleep 1')).toMatchObject({
        exitCode: 0,
        stdout: 'fits\n',
      })
    })

    it('of files', async () => {
      await using test = await start()
      const fill = 'for i in $(seq 200); do mkdir $i; (cd $i; touch $(seq 200)); sleep 0.02; done'
      const filled = await test.run(fill, 120_000)
      expect(filled.full).toMatch(/it holds \d+ MB in [\d,]+ files/)
      expect((await usageOf(test.folder)).files).toBeLessThan(40_000)
      expect(await test.run('find . -delete; echo tidy')).toMatchObject({ stdout: 'tidy\n' })
    })
  })
}
