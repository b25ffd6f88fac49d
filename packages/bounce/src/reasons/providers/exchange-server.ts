import type { ProviderTable } from './provider-rule.ts'

/** Exchange 5.5 to 2003, Internet Mail Service: the numbers in `MSEXCH:IMS:... (000C05A6) Unknown Recipient`. */
export const exchangeServer: ProviderTable = {
  source:
    'https://learn.microsoft.com/troubleshoot/exchange (XADM: non-delivery report codes of the Internet Mail Service)',
  date: '2003-10',
  rules: [
    { says: '000c05a6', reason: 'recipient.unknown' },
    { says: '000c0595', reason: 'recipient.filtered' },
    { says: '000b0981', reason: 'auth.security' },
    { says: '00010256', reason: 'system.error' },
    { says: '000d06b5', reason: 'system.error' },
    { says: '00120270', reason: 'transport.network' },
    { says: '00050311', reason: 'content.rule' },
    { says: '000502cc', reason: 'content.rule' },
  ],
}
