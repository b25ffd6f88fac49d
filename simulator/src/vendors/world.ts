import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Account, type Change, newAccount, type Place, type StoredMail, type Vendor } from './account.ts'
import { fieldValue, idsIn, splitMail } from './mail-bytes.ts'

/** A mail that is put into a mailbox. */
export interface NewMail {
  readonly raw: Buffer
  readonly place: Place
  readonly threadId?: string | undefined
}

/** All accounts of the simulated vendors with their mailboxes; they outlive the process. */
export class VendorWorld {
  readonly #folder: string
  readonly #accounts = new Map<string, Account>()
  #saving: Promise<void> = Promise.resolve()
  #isSaveDue = false

  private constructor(folder: string) {
    this.#folder = folder
  }

  static async open(data: string): Promise<VendorWorld> {
    const world = new VendorWorld(join(data, 'vendors'))
    await mkdir(world.#folder, { recursive: true })
    const text = await readFile(join(world.#folder, 'accounts.json'), 'utf8').catch(() => '[]')
    for (const account of JSON.parse(text) as Account[]) world.#accounts.set(keyOf(account), account)
    return world
  }

  accounts(): Account[] {
    return [...this.#accounts.values()]
  }

  find(vendor: Vendor, address: string): Account | undefined {
    return this.#accounts.get(keyOf({ vendor, address: address.toLowerCase() }))
  }

  /** The account of this address; anybody who asks for one has one. */
  findOrMake(vendor: Vendor, address: string, name = ''): Account {
    const known = this.find(vendor, address)
    if (known) return known
    const made = newAccount(vendor, address, name || nameOf(address))
    this.#accounts.set(keyOf(made), made)
    this.save()
    return made
  }

  async put(account: Account, { raw, place, threadId }: NewMail): Promise<StoredMail> {
    const { fields } = splitMail(raw)
    const mail: StoredMail = {
      id:
        account.vendor === 'google'
          ? randomBytes(8).toString('hex')
          : `AAkALgAAAAAA${randomBytes(36).toString('base64url')}AAA=`,
      threadId: threadId ?? threadOf(account, fields) ?? newThreadId(account.vendor),
      ...{ place, draftId: null, atMs: Date.now(), historyId: 0, size: raw.length },
      messageId: idsIn(fieldValue(fields, 'message-id'))[0] ?? '',
      ...{ from: null, files: [], properties: {} },
    }
    await writeFile(this.#pathOf(mail), raw)
    account.mails.push(mail)
    this.note(account, mail, 'added')
    return mail
  }

  read(mail: StoredMail): Promise<Buffer> {
    return readFile(this.#pathOf(mail))
  }

  /** The bytes of a mail as it left, in place of its draft's. */
  async rewrite(mail: StoredMail, raw: Buffer): Promise<void> {
    await writeFile(this.#pathOf(mail), raw)
    mail.size = raw.length
    mail.messageId = idsIn(fieldValue(splitMail(raw).fields, 'message-id'))[0] ?? mail.messageId
  }

  async remove(account: Account, mail: StoredMail): Promise<void> {
    account.mails = account.mails.filter(one => one !== mail)
    this.note(account, mail, 'deleted')
    await rm(this.#pathOf(mail), { force: true })
  }

  /** Writes a line of the mailbox's history. */
  note(account: Account, mail: StoredMail, what: Change['what']): void {
    account.lastChange += 1 + (randomBytes(1)[0] ?? 0)
    mail.historyId = account.lastChange
    const { threadId, place } = mail
    account.changes.push({ id: account.lastChange, mailId: mail.id, threadId, what, place })
    this.save()
  }

  hasHome(address: string): boolean {
    return this.#homesOf(address, Buffer.alloc(0)).length > 0
  }

  /** Puts mail that comes from outside into the inboxes of its recipient; none, where nobody has an account. */
  async deliver(to: string, raw: Buffer): Promise<void> {
    for (const account of this.#homesOf(to, raw)) await this.put(account, { raw, place: 'INBOX' })
  }

  /** Saves soon; calls while one save is under way share the next. */
  save(): void {
    if (this.#isSaveDue) return
    this.#isSaveDue = true
    this.#saving = this.#saving.then(async () => {
      this.#isSaveDue = false
      const path = join(this.#folder, 'accounts.json')
      await writeFile(`${path}.new`, JSON.stringify(this.accounts()))
      await rename(`${path}.new`, path)
    })
    this.#saving = this.#saving.catch(() => undefined)
  }

  async close(): Promise<void> {
    await this.#saving
  }

  /** One address has one mailbox; where two vendors have it, an answer goes where its original was sent from. */
  #homesOf(to: string, raw: Buffer): Account[] {
    const address = to.toLowerCase()
    const homes = this.accounts().filter(
      account =>
        account.address === address || account.aliases.some(alias => alias.address.toLowerCase() === address),
    )
    if (homes.length < 2) return homes
    const { fields } = splitMail(raw)
    const chain = [...idsIn(fieldValue(fields, 'in-reply-to')), ...idsIn(fieldValue(fields, 'references'))]
    const origins = homes.filter(home => home.mails.some(mail => chain.includes(mail.messageId)))
    return origins.length > 0 ? origins : homes
  }

  #pathOf({ id }: StoredMail): string {
    return join(this.#folder, `${Buffer.from(id).toString('hex').slice(-64)}.eml`)
  }
}

const keyOf = ({ vendor, address }: Pick<Account, 'vendor' | 'address'>): string => `${vendor} ${address}`

/** ann.lee@… → Ann Lee */
function nameOf(address: string): string {
  const words = address.slice(0, address.lastIndexOf('@')).split(/[._-]+/)
  return words.map(word => word.slice(0, 1).toUpperCase() + word.slice(1)).join(' ')
}

function newThreadId(vendor: Vendor): string {
  return vendor === 'google'
    ? randomBytes(8).toString('hex')
    : `AAQkAD${randomBytes(30).toString('base64url')}=`
}

function threadOf(account: Account, fields: ReturnType<typeof splitMail>['fields']): string | undefined {
  const chain = [...idsIn(fieldValue(fields, 'in-reply-to')), ...idsIn(fieldValue(fields, 'references'))]
  return account.mails.findLast(mail => mail.messageId !== '' && chain.includes(mail.messageId))?.threadId
}
