import { defineConfig } from 'vitest/config'

// unit: pure, milliseconds. int: real engines, started by the files that need them.
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{contracts,infra,services,projections,ui,tests}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.int.test.ts', '**/node_modules/**', '**/dist/**', 'ui/console/**'],
        },
      },
      {
        test: {
          name: 'int',
          include: ['{contracts,infra,services,projections,ui,tests}/**/*.int.test.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
    ],
  },
})
