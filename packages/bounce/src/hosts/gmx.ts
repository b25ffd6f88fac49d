import type { HostRule } from './host-rule.ts'
import { aloneOnLine, bareColon, bracketThen, quoted } from './recipient-lines.ts'

export const gmx: HostRule = {
  name: 'hosts/gmx',
  system: 'GMX',
  version: '2014 and later',
  source: 'observed in public collections of returned mail',
  signs: [
    { text: 'the following address\nfailed:' },
    { text: 'its recipients. this is a permanent error. the following address' },
  ],
  layout: {
    kind: 'list',
    recipient: [quoted, bracketThen, aloneOnLine, bareColon],
    begin: ['failed:', 'address failed', 'the following address'],
    end: ['--- the header'],
  },
}
