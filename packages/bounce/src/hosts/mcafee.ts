import type { HostRule } from './host-rule.ts'
import { bracketThen } from './recipient-lines.ts'

export const mcafee: HostRule = {
  name: 'hosts/mcafee',
  system: 'McAfee Email and Web Security Appliance',
  version: '3300 and kin',
  source: 'observed in public collections of returned mail',
  signs: [{ text: '--- the following addresses had delivery problems ---' }],
  layout: { kind: 'list', recipient: [bracketThen], begin: ['had delivery problems'] },
}
