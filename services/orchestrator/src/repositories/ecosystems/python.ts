import type { Ecosystem } from '../packages.ts'
import { hostsIn } from './hosts-in.ts'

const usualHosts = ['pypi.org', 'files.pythonhosted.org']
const venv = 'python3 -m venv .venv'

export const python: Ecosystem = {
  reads: ['requirements.txt', 'pyproject.toml', 'uv.lock', '.python-version'],
  look({ names, read }) {
    const [requirements, project] = [read('requirements.txt'), read('pyproject.toml')]
    const way = wayOf(names, requirements, project)
    if (!way) return undefined
    const options = (requirements ?? '').split('\n').filter((line) => line.trimStart().startsWith('-'))
    const named = hostsIn([...options, read('uv.lock') ?? '', indexesIn(project)].join('\n'))
    return {
      ...way,
      outputs: ['.venv'],
      hosts: named.length > 0 ? named : usualHosts,
      cache: way.manager === 'pip' ? 'pip' : null,
      test: /\bpytest\b/.test(`${requirements}${project}`)
        ? '.venv/bin/python -m pytest'
        : '.venv/bin/python -m unittest',
      version: read('.python-version')?.trim() || null,
    }
  },
}

function wayOf(names: ReadonlySet<string>, requirements: string | undefined, project: string | undefined) {
  if (names.has('uv.lock')) {
    const inputs = ['pyproject.toml', 'uv.lock']
    return {
      manager: 'uv',
      manifest: 'pyproject.toml',
      lockfile: 'uv.lock',
      program: 'uv',
      run: 'uv sync --frozen',
      inputs,
    }
  }
  const pip = { manager: 'pip', lockfile: null, program: 'python3' }
  if (requirements !== undefined) {
    const run = `${venv} && .venv/bin/pip install -r requirements.txt`
    return { ...pip, manifest: 'requirements.txt', run, inputs: ['requirements.txt'] }
  }
  if (project === undefined) return undefined
  return {
    ...pip,
    manifest: 'pyproject.toml',
    run: `${venv} && .venv/bin/pip install -e .`,
    inputs: ['pyproject.toml'],
  }
}

/** Lines of a project's file that name an index, which its homepage's is not. */
const indexesIn = (project = ''): string =>
  project
    .split('\n')
    .filter((line) => /index/i.test(line) || /simple\/?["']/.test(line))
    .join('\n')
