import { defineConfig } from 'vitest/config'

// Limits are there for what hangs; what is slow, on a machine that does other things as well, is not wrong.
const patienceMs = 60_000
const poll = { poll: { timeout: 30_000 } }

/** What is held against every kind of sandbox. */
const aboutSandboxes = [
  'services/orchestrator/src/sandbox/**/*.int.test.ts',
  'services/orchestrator/src/{killer/{containers,killer},lifecycle,runtimes/worktree/image,setup/caches,tools/execute-tool}.int.test.ts',
]

// unit: pure, milliseconds. int: real engines, started by the files that need them; night: the same for longer. e2e: a
// whole instance, as people have it, with a real browser; one file at a time. docker: what int holds against each sandbox,
// against Docker's alone, which has to be there (tests/with-docker.ts).
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          // They are pure: none needs the modules afresh, and to load them costs more than to run them.
          isolate: false,
          testTimeout: patienceMs,
          hookTimeout: patienceMs,
          expect: poll,
          include: ['{contracts,infra,services,projections,ui,tests}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.{int,e2e,night}.test.ts', '**/node_modules/**', '**/dist/**', 'ui/console/**/*.tsx'],
        },
      },
      {
        test: {
          name: 'int',
          include: ['{contracts,infra,services,projections,ui,tests}/**/*.int.test.ts'],
          globalSetup: ['tests/kit/src/shared-postgres.ts'],
          exclude: ['**/node_modules/**', '**/dist/**'],
          testTimeout: 2 * patienceMs,
          hookTimeout: 2 * patienceMs,
          expect: poll,
          // They wait more than they compute.
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'docker',
          include: aboutSandboxes,
          env: { MOSAIC_TEST_SANDBOX: 'docker' },
          testTimeout: 5 * patienceMs,
          hookTimeout: 2 * patienceMs,
          expect: poll,
          maxWorkers: 3,
        },
      },
      {
        test: {
          name: 'night',
          include: ['services/**/*.night.test.ts'],
          testTimeout: 5 * patienceMs,
          hookTimeout: 2 * patienceMs,
          expect: poll,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.e2e.test.ts'],
          globalSetup: ['tests/e2e/src/leftovers.ts'],
          testTimeout: 5 * patienceMs,
          hookTimeout: 5 * patienceMs,
          expect: poll,
          fileParallelism: false,
        },
      },
    ],
  },
})
