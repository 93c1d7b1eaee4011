import type { Ecosystem } from '../packages.ts'

/** Of these the packages lie in the cache, not in the repository. */
export const cargo: Ecosystem = {
  reads: [],
  look({ names }) {
    if (!names.has('Cargo.toml')) return undefined
    const isLocked = names.has('Cargo.lock')
    return {
      manager: 'cargo',
      manifest: 'Cargo.toml',
      lockfile: isLocked ? 'Cargo.lock' : null,
      program: 'cargo',
      run: isLocked ? 'cargo fetch --locked' : 'cargo fetch',
      inputs: ['Cargo.toml', ...(isLocked ? ['Cargo.lock'] : [])],
      outputs: [],
      hosts: ['index.crates.io', 'static.crates.io'],
      cache: 'cargo',
      test: 'cargo test',
      version: null,
    }
  },
}

export const go: Ecosystem = {
  reads: [],
  look({ names }) {
    if (!names.has('go.mod')) return undefined
    const isLocked = names.has('go.sum')
    return {
      manager: 'go',
      manifest: 'go.mod',
      lockfile: isLocked ? 'go.sum' : null,
      program: 'go',
      run: 'go mod download',
      inputs: ['go.mod', ...(isLocked ? ['go.sum'] : [])],
      outputs: [],
      hosts: ['proxy.golang.org', 'sum.golang.org'],
      cache: 'go',
      test: 'go test ./...',
      version: null,
    }
  },
}
