import type { HostRule } from './host-rule.ts'

export const yale: HostRule = {
  name: 'hosts/yale',
  system: 'a campus mail hub',
  version: '1990s',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'not delivered to the following' }],
  layout: {
    kind: 'list',
    recipient: [/^\s*(?<address>[^\s<>@()]{1,200}@[^\s<>@()]{1,255})\s*(?<rest>.*)$/],
    begin: ['not delivered to the following'],
    shared: ['error detail'],
  },
}
