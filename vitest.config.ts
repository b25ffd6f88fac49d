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
    testTimeout: 30_000,
    hookTimeout: 60_000,
  },
})
