import { defineConfig } from 'vitest/config'

// unit: pure, milliseconds. int: real engines, started by the files that need them. e2e: a whole instance, as people
// have it, with a real browser; one file at a time.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{contracts,infra,services,projections,ui,tests}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.{int,e2e}.test.ts', '**/node_modules/**', '**/dist/**', 'ui/console/**/*.tsx'],
        },
      },
      {
        test: {
          name: 'int',
          include: ['{contracts,infra,services,projections,ui,tests}/**/*.int.test.ts'],
          globalSetup: ['tests/kit/src/shared-postgres.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.e2e.test.ts'],
          globalSetup: ['tests/e2e/src/leftovers.ts'],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
