import type { HostRule } from './host-rule.ts'

export const netscape: HostRule = {
  name: 'hosts/netscape',
  system: 'Netscape Messaging Server',
  version: '3.6 and 4.1',
  source: 'observed in public collections of returned mail',
  signs: [{ text: 'undeliverable due to the following reason' }],
  layout: {
    kind: 'list',
    recipient: [/^(?!.*please reply to).{0,200}<(?<address>[^\s<>@]{1,200}@[^\s<>@]{1,255})>(?<rest>.*)$/i],
    begin: ['undeliverable due to the following reason'],
    reasonStands: 'before',
  },
}
