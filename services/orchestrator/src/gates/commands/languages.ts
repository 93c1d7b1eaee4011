import type { FindStated } from './contract.ts'

const pythonFiles = [
  'pyproject.toml',
  'requirements.txt',
  'setup.cfg',
  'tox.ini',
  'pytest.ini',
  'mypy.ini',
  'ruff.toml',
]

/** The repository's own interpreter, where its setup makes one. */
const interpreter = 'python=$([ -x .venv/bin/python ] && echo .venv/bin/python || echo python3)'
const module = (words: string) => `${interpreter}\n"$python" -m ${words}`

export const python: FindStated = {
  reads: pythonFiles,
  find({ names, read }) {
    const said = pythonFiles.map((name) => read(name) ?? '').join('\n')
    const from = pythonFiles.find((name) => names.has(name))
    if (from === undefined) return {}
    const usesPytest = /\bpytest\b/.test(said) || names.has('pytest.ini')
    return {
      ...((/\[tool\.mypy\b/.test(said) || names.has('mypy.ini')) && { types: { run: module('mypy .'), from } }),
      ...((/\[tool\.ruff\b/.test(said) || names.has('ruff.toml')) && { lint: { run: module('ruff check .'), from } }),
      ...(usesPytest && { tests: { run: module('pytest -q'), from } }),
      ...(/\bpytest-cov\b/.test(said) && {
        coverage: {
          run: module('pytest -q --cov --cov-report=lcov:coverage.lcov'),
          from,
          report: 'coverage.lcov',
        },
      }),
    }
  },
}

export const cargo: FindStated = {
  reads: ['clippy.toml', '.clippy.toml'],
  find({ names }) {
    const from = 'Cargo.toml'
    if (!names.has(from)) return {}
    const usesClippy = names.has('clippy.toml') || names.has('.clippy.toml')
    return {
      types: { run: 'cargo check --all-targets', from },
      ...(usesClippy && { lint: { run: 'cargo clippy --all-targets -- -D warnings', from } }),
      tests: { run: 'cargo test', from },
      build: { run: 'cargo build', from },
    }
  },
}

export const go: FindStated = {
  reads: [],
  find({ names }) {
    const from = 'go.mod'
    if (!names.has(from)) return {}
    return {
      lint: { run: 'go vet ./...', from },
      tests: { run: 'go test ./...', from },
      coverage: { run: 'go test -coverprofile=coverage.out ./...', from, report: 'coverage.out' },
      build: { run: 'go build ./...', from },
    }
  },
}
