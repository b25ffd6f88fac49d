import type { WhoAmI } from '@fairlead/contract'

interface TestAddresses {
  /** Takes mail. */
  readonly good: string
  /** Does not exist: its server refuses. */
  readonly bad: string
}

/**
 * Whom the test writes to. In a sandbox to its invented people; otherwise to the member, and to a name of the member's
 * own domain that nobody has, so that no stranger's server is bothered.
 */
export function testAddresses({ mode, member }: WhoAmI): TestAddresses {
  if (mode === 'sandbox') return { good: 'marta@northwind.example', bad: 'missing@northwind.example' }
  const domain = member.address.slice(member.address.lastIndexOf('@') + 1)
  return { good: member.address, bad: `fairlead-test-no-such-mailbox@${domain}` }
}
