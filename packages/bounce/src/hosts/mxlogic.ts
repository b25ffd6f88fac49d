import type { HostRule } from './host-rule.ts'
import { bracketThen } from './recipient-lines.ts'

export const mxlogic: HostRule = {
  name: 'hosts/mxlogic',
  system: 'MX Logic',
  version: '2004 to 2010',
  source: 'observed in public collections of returned mail',
  signs: [{ from: 'mxlogic' }],
  layout: { kind: 'list', recipient: [bracketThen], begin: ['address failed'] },
}
