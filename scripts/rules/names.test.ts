import { expect, test } from 'vitest'
import { checkNames } from './names.ts'

const said = (path: string) => checkNames(new Map([[path, '']])).map(finding => finding.says)

test.each([
  'apps/server/src/outbox/claim-due-deliveries.ts',
  'a/0001_the_spine.sql',
  'a/claim.test.ts',
  'vitest.config.ts',
  'a/database.ts',
  'README.md',
])('%s is a name', path => expect(said(path)).toEqual([]))

test.each([
  'a/claim-helpers.ts',
  'a/utils.ts',
  'a/mail-service.test.ts',
  'a/common/b.ts',
  'a/data.sql',
  'a/base-channel.tsx',
])('%s says nothing', path => expect(said(path)).toEqual([expect.stringContaining('says nothing')]))

test.each(['a/claimDue.ts', 'a/Claim.tsx', 'a/claim_due.ts', 'aB/claim.mjs'])('%s is not kebab-case', path =>
  expect(said(path)).toEqual([expect.stringContaining('kebab-case')]),
)
