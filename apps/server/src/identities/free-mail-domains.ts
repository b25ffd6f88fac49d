/**
 * Domains whose mailboxes anybody can have, so that no customer can ever publish DNS records in them. Providers with
 * one name in many countries are matched by that name (`yahoo.*`).
 */
const domains: ReadonlySet<string> = new Set(
  `126.com 163.com 21cn.com 33mail.com aim.com aliyun.com aol.com aol.de att.net bellsouth.net bigpond.com bk.ru bluewin.ch
  blueyonder.co.uk bol.com.br btinternet.com btopenworld.com caramail.com centurylink.net charter.net chello.nl comcast.net
  cox.net duck.com earthlink.net email.com email.cz email.de fastmail.com fastmail.fm foxmail.com free.fr freemail.hu
  freenet.de frontier.com gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.fr gmx.net gmx.us googlemail.com hanmail.net hetnet.nl
  home.nl hushmail.com icloud.com ig.com.br inbox.com inbox.ru interia.pl juno.com kpnmail.nl kpnplanet.nl laposte.net
  libero.it list.ru live.nl mac.com mail.com mail.de mail.ru mailbox.org mailfence.com me.com msn.com naver.com netscape.net
  netzero.net nate.com neuf.fr ntlworld.com o2.pl onet.pl optonline.net optusnet.com.au orange.fr outlook.com passport.com
  planet.nl pm.me pobox.com posteo.de posteo.net proton.me protonmail.ch protonmail.com qq.com quicknet.nl rambler.ru
  rediffmail.com roadrunner.com rocketmail.com rogers.com runbox.com sapo.pt sbcglobal.net seznam.cz sfr.fr shaw.ca sina.com
  skynet.be sky.com sohu.com swbell.net sympatico.ca t-online.de talktalk.net telenet.be telia.com telus.net terra.com.br
  tiscali.co.uk tiscali.it tlen.pl tuta.com tuta.io tutanota.com tutanota.de uol.com.br verizon.net virgilio.it
  virginmedia.com vodafone.it wanadoo.fr web.de windowslive.com wp.pl xs4all.nl xtra.co.nz yandex.com yandex.ru yeah.net
  ymail.com zeelandnet.nl ziggo.nl zoho.com zonnet.nl`.split(/\s+/),
)

const byName = /^(?:yahoo|hotmail|outlook|live|yandex)\.(?:co\.|com\.)?[a-z]{2,3}$/

/** Is this address in a domain of a mail provider, which can never be authenticated here (spec 3.4)? */
export function isFreeMail(address: string): boolean {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase()
  return domains.has(domain) || byName.test(domain)
}
