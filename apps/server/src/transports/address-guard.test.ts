import { describe, expect, test } from 'vitest'
import { addressGuard } from './address-guard.ts'

describe('the address guard', () => {
  const guard = addressGuard()

  test.each(['8.8.8.8', '1.1.1.1', '193.0.6.139', '2001:67c:2e8:22::c100:68b', '2a00:1450:4001:82a::200e'])(
    'lets %s pass',
    address => {
      expect(guard.refusal(address, 25)).toBeNull()
    },
  )

  test.each([
    '127.0.0.1',
    '127.8.9.10',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.2.1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '2001:db8::1',
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    'fe80::1%eth0',
    '2130706433',
    '134744072',
    '0x08080808',
    '8.8',
    'localhost',
    'example.com',
    '',
  ])('refuses %s', address => {
    expect(guard.refusal(address, 25)).toMatch(/\.$/)
  })

  test('lets listed networks pass, and only those', () => {
    const open = addressGuard({ allow: ['127.0.0.0/8', 'fd00::/8', '10.0.0.7'] })
    expect(['127.0.0.9', 'fd12::1', '10.0.0.7', '8.8.8.8'].map(address => open.refusal(address, 25))).toEqual(
      [null, null, null, null],
    )
    expect(open.refusal('10.0.0.8', 25)).toContain('private')
    expect(open.refusal('::1', 25)).toContain('loopback')
    expect(open.refusal('::ffff:127.0.0.9', 25)).toContain('ipv4Mapped')
  })

  test('in the sandbox nothing but the simulator can be reached, whatever is allowed', () => {
    const sandbox = addressGuard({ allow: ['0.0.0.0/0'], only: [{ address: '127.0.0.1', port: 2525 }] })
    expect(sandbox.refusal('127.0.0.1', 2525)).toBeNull()
    expect(sandbox.refusal('127.0.0.1', 25)).toContain('sandbox')
    expect(sandbox.refusal('8.8.8.8', 2525)).toContain('sandbox')
  })

  test.each([
    '10.0.0.0/33',
    '10',
    '10.0.0.0/8/8',
    '10.0.0.0/',
    '10.0.0.0/-1',
    'x/8',
    '10.0.0',
    'example.com',
    '',
  ])('does not start with %j as a network', cidr => {
    expect(() => addressGuard({ allow: [cidr] })).toThrow(/CIDR/)
  })
})
