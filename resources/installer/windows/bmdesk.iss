; An installer for Windows, made by Inno Setup 6.3 or later. WRITTEN WITH CARE, NOT BUILT HERE: nobody has run it yet.
;
; On a Windows computer with Python 3.11, in the root of the sources:
;   py -3.11 -m venv .venv && .venv\Scripts\pip install --require-hashes -r requirements.lock && .venv\Scripts\pip install --no-deps -e .
;   .venv\Scripts\python resources\installer\icons.py build ico
;   .venv\Scripts\pyinstaller --noconfirm bmdesk.spec
;   iscc /DVersion=0.1.0 resources\installer\windows\bmdesk.iss
; The result is dist\bmdesk-<version>-setup.exe. Sign it (SignTool) before it is given to anybody.

#ifndef Version
  #error Give the version: iscc /DVersion=x.y.z bmdesk.iss
#endif
#define Root "..\..\.."

[Setup]
; The identity of the program for ever: an upgrade finds the installed one by it.
AppId={{5B0D6C1E-5E0B-4C62-9C3C-6A2E8B1D7F34}
AppName=bmdesk
AppVersion={#Version}
AppPublisher=the bmdesk authors
VersionInfoVersion={#Version}
DefaultDirName={autopf}\bmdesk
DefaultGroupName=bmdesk
DisableProgramGroupPage=yes
; Without an administrator it goes to the person's own programs.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
OutputDir={#Root}\dist
OutputBaseFilename=bmdesk-{#Version}-setup
SetupIconFile={#Root}\build\bmdesk.ico
UninstallDisplayIcon={app}\bmdesk-desk.exe
Compression=lzma2
SolidCompression=yes
WizardStyle=modern
LicenseFile={#Root}\LICENSE
; A running bmdesk is asked to close; its store survives being ended, too.
CloseApplications=yes
RestartApplications=no

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "de"; MessagesFile: "compiler:Languages\German.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; GroupDescription: "{cm:AdditionalIcons}"; Flags: unchecked

[InstallDelete]
; Libraries of the version before must not be found beside the new ones.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Root}\dist\bmdesk\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\bmdesk"; Filename: "{app}\bmdesk-desk.exe"
Name: "{autodesktop}\bmdesk"; Filename: "{app}\bmdesk-desk.exe"; Tasks: desktopicon

[Registry]
; `bmdesk` in the Run dialog and after `start`; a terminal wants the folder itself, or its PATH.
Root: HKA; Subkey: "Software\Microsoft\Windows\CurrentVersion\App Paths\bmdesk.exe"; ValueType: string; ValueName: ""; ValueData: "{app}\bmdesk.exe"; Flags: uninsdeletekey
; The window's own setting "start at login" writes this; nothing must start a program that is gone.
Root: HKCU; Subkey: "Software\Microsoft\Windows\CurrentVersion\Run"; ValueType: none; ValueName: "bmdesk"; Flags: dontcreatekey uninsdeletevalue

[Run]
Filename: "{app}\bmdesk-desk.exe"; Description: "{cm:LaunchProgram,bmdesk}"; Flags: nowait postinstall skipifsilent

; The seller's data lie in their own folder (%LOCALAPPDATA%\bmdesk) and are never removed by the uninstaller.
