import { expect, test } from 'vitest'
import { becomingScript } from './shells.ts'

test('secrets of a repository stood in the arguments of a process for a moment', () => {
  const script = becomingScript(['/usr/bin/bwrap', '--info-fd', '3'], { TOKEN: "it's secret" })
  const commands = script.split('\n').filter((line) => !line.startsWith('export '))
  expect(commands.join('\n')).not.toContain('secret')
  expect(script).toContain(`export TOKEN='it'\\''s secret'`)
})
