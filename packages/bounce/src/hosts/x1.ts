import type { HostRule } from './host-rule.ts'

export const x1: HostRule = {
  name: 'hosts/x1',
  system: 'an unnamed gateway (X1)',
  version: '2005 to 2025',
  source: 'observed in public collections of returned mail',
  signs: [{ text: '---the following addresses had delivery errors---' }],
  layout: {
    kind: 'list',
    recipient: [/^(?<address>[^\s<>@]{1,200}@[^\s<>@]{1,255})\s+\[(?<rest>[^\]]*)\]/],
    begin: ['had delivery errors'],
  },
}
