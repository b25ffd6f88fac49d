import type { HostRule } from './host-rule.ts'

export const x6: HostRule = {
  name: 'hosts/x6',
  system: 'an unnamed gateway (X6)',
  version: '4.8',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'we had trouble delivering your message' }],
  layout: {
    kind: 'sentence',
    sentence: /rejected recipient <(?<address>[^<>]{3,320})>(?<reason>[^\n]{0,2000})/,
  },
}
