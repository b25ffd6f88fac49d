import type { HostRule } from './host-rule.ts'
import { bracketThen } from './recipient-lines.ts'

export const lerctr: HostRule = {
  name: 'hosts/lerctr',
  system: 'E500 SMTP mail service',
  version: '4.x',
  source: 'observed in public collections of returned mail',
  signs: [{ text: '---- failed recipients ----' }],
  layout: { kind: 'list', recipient: [bracketThen], begin: ['failed recipients'], end: ['returned mail'] },
}
