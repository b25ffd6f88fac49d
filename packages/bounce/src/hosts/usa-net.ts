import type { HostRule } from './host-rule.ts'
import { labelled } from './recipient-lines.ts'

export const usaNet: HostRule = {
  name: 'hosts/usa-net',
  system: 'usa.net',
  version: '1998 to 2003',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'intended recipient:' }],
  layout: { kind: 'list', recipient: [labelled('intended recipient:')] },
}
