import type { HostRule } from './host-rule.ts'
import { bracketColon, bracketThen } from './recipient-lines.ts'

export const mxlogic: HostRule = {
  name: 'hosts/mxlogic',
  system: 'MX Logic',
  version: '2004 to 2010',
  source: 'observed in public collections of returned mail',
  signs: [{ from: 'mxlogic' }, { text: 'included is a copy of the message header' }],
  layout: { kind: 'list', recipient: [bracketColon, bracketThen], begin: ['address failed'] },
}
