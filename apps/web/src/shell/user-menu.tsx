import { Trans, useLingui } from '@lingui/react/macro'
import { useNavigate } from '@tanstack/react-router'
import { problemSentence } from '../api/problem-sentence.ts'
import { leave, moveTo, useMember } from '../api/session.ts'
import { Button } from '../ui/button.tsx'
import { Avatar } from '../ui/glyphs.tsx'
import { Menu, MenuItem, MenuLine, MenuRadios } from '../ui/menu.tsx'
import { chooseTheme, useTheme } from '../ui/theme.ts'
import { toast } from '../ui/toast.tsx'
import type { Overlay } from './overlay.ts'
import { usePlacesForMember } from './places-for-member.ts'

/** Who is signed in, and what concerns them: account, workspace, theme, sign out. */
export function UserMenu({ open }: { readonly open: (overlay: Overlay) => void }) {
  const { t } = useLingui()
  const { member, workspace } = useMember()
  return (
    <div className="me">
      <Menu
        side="top"
        trigger={
          <button type="button" className="me-b" aria-label={t`${member.name}, ${workspace.name}: account`}>
            <Avatar name={member.name} size="sm" isYou />
            <span className="ell grow font-medium">{member.name}</span>
            <span className="meta ell">{workspace.name}</span>
          </button>
        }
      >
        <Items open={open} />
      </Menu>
      <Button
        look="ghost"
        size="sm"
        className="ic"
        aria-label={t`Keyboard shortcuts`}
        title={t`Keyboard shortcuts`}
        onClick={() => open('keys')}
      >
        <kbd>?</kbd>
      </Button>
    </div>
  )
}

function Items({ open }: { readonly open: (overlay: Overlay) => void }) {
  const navigate = useNavigate()
  const account = usePlacesForMember().find(({ to }) => to === '/settings/account')
  const signOut = () => leave().catch(error => toast({ text: problemSentence(error) }))
  return (
    <>
      {account && (
        <MenuItem icon="people" onChoose={() => void navigate({ to: account.to })}>
          <Trans>Your account</Trans>
        </MenuItem>
      )}
      <MenuItem icon="key" onChoose={() => open('keys')} shortcut={<kbd>?</kbd>}>
        <Trans>Keyboard shortcuts</Trans>
      </MenuItem>
      <MenuLine />
      <Workspaces />
      <Themes />
      <MenuLine />
      <MenuItem icon="open-outside" onChoose={() => void signOut()}>
        <Trans>Sign out</Trans>
      </MenuItem>
    </>
  )
}

function Themes() {
  const { t } = useLingui()
  return (
    <MenuRadios
      label={t`Theme`}
      value={useTheme()}
      onChange={chooseTheme}
      options={[
        { value: 'system', label: t`As the system` },
        { value: 'light', label: t`Light`, icon: 'sun' },
        { value: 'dark', label: t`Dark`, icon: 'moon' },
      ]}
    />
  )
}

function Workspaces() {
  const { t } = useLingui()
  const { workspace, workspaces } = useMember()
  if (workspaces.length < 2) return null
  const change = (workspaceId: string) =>
    moveTo(workspaceId).catch(error => toast({ text: problemSentence(error) }))
  return (
    <>
      <MenuRadios
        label={t`Workspace`}
        value={workspace.id}
        onChange={id => void change(id)}
        options={workspaces.map(({ id, name }) => ({ value: id, label: name }))}
      />
      <MenuLine />
    </>
  )
}
