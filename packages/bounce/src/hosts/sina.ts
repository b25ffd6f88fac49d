import type { HostRule } from './host-rule.ts'

export const sina: HostRule = {
  name: 'hosts/sina',
  system: 'Sina Mail',
  version: '2002 and later',
  source: 'observed in public collections of returned mail',
  signs: [{ from: 'mailer-daemon@sina.com' }],
  layout: { kind: 'list', recipient: [/^<(?<address>[^\s<>@]{1,200}@[^\s<>@]{1,255})>(?<rest>.*)$/] },
}
