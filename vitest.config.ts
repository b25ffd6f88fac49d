import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: [
      '{packages,apps}/*/src/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'simulator/src/**/*.test.ts',
      'e2e/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],
    reporters: ['default', './scripts/not-run-here.ts'],
    globalSetup: ['apps/server/src/testing/test-database-server.ts'],
    // Two at least: tests wait for servers more than they compute, and the default on two cores is one.
    maxWorkers: Math.max(2, Math.ceil(availableParallelism() / 2)),
    // Generous: a test waits for events, and a loaded machine must not decide.
    testTimeout: 240_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 60_000 } },
  },
})
