/** The words of the portal, in German. */
import type { Catalogue } from "./index.ts";

const plural = (count: number, one: string, many: string): string => (count === 1 ? one : many);

const ago = (when: string): string => (when === "jetzt" ? "gerade eben" : when);

export const dePortal: Catalogue["portal"] = {
  form: {
    refused: "Der Server hat dies nicht angenommen.",
    failed: "Das hat nicht geklappt.",
    name: "Ihr Name",
    nameHint: "So sehen ihn andere neben dem, was Sie schreiben.",
    nameMissing: "Geben Sie Ihren Namen ein.",
    nameTooLong: "Höchstens 60 Zeichen.",
    email: "E-Mail",
    emailInvalid: "Geben Sie eine E-Mail-Adresse ein, wie name@example.org.",
    password: "Passwort",
    passwordMissing: "Geben Sie Ihr Passwort ein.",
    newPassword: "Neues Passwort",
    passwordHint: "Mindestens 10 Zeichen. Einige Wörter ohne Zusammenhang ergeben ein gutes.",
    passwordShort: (missing) => `Noch ${missing} ${plural(missing, "Zeichen nötig", "Zeichen nötig")}: mindestens 10.`,
    passwordLong: "Höchstens 512 Bytes.",
    passwordIsYou: "Nehmen Sie nicht Ihren Namen oder Ihre E-Mail-Adresse.",
    show: "Passwort zeigen",
    hide: "Passwort verbergen",
  },

  codes: {
    "interests-not-full-part":
      "Nach einem Urteil über Ihre Interessen wirken Sie hier nicht voll mit: Das tut eine andere Leitung oder Stellvertretung.",
    "not-signed-in": "Sie sind nicht mehr angemeldet.",
    "wrong-credentials": "Die E-Mail-Adresse oder das Passwort stimmt nicht.",
    "account-locked": "Dieses Konto ist gesperrt. Fragen Sie die Leute, die diesen Server betreiben.",
    "too-many-attempts": "Zu viele Versuche. Warten Sie eine Weile und versuchen Sie es dann noch einmal.",
    "weak-password": "Dieses Passwort ist zu leicht zu erraten. Wählen Sie ein anderes.",
    "no-such-link": "Dieser Link gilt nicht mehr.",
    "name-reads-alike":
      "In der Gemeinschaft hat jemand einen Namen, der sich genauso liest. Wählen Sie einen anderen, zum Beispiel mit zweitem Vornamen oder Fach.",
    "email-taken": "Mit dieser E-Mail-Adresse gibt es schon ein Konto. Melden Sie sich damit an.",
    "no-such-community": "Diese Gemeinschaft gibt es nicht, oder Sie gehören nicht dazu.",
    "no-such-member": "Diese Person gehört nicht mehr zur Gemeinschaft.",
    "no-such-invitation": "Diese Einladung ist nicht mehr offen.",
    "no-such-version": "Diese Fassung gibt es nicht mehr, oder ihr Text ist nicht mehr aufbewahrt.",
    "too-many-versions":
      "Das Dokument hat so viele benannte Fassungen, wie es haben kann. Benennen Sie eine um, die Sie nicht mehr brauchen.",
    "no-such-document": "Dieses Dokument gibt es nicht, oder Sie dürfen es nicht sehen.",
    "no-such-session": "Dort sind Sie nicht mehr angemeldet.",
    "leaders-only": "Das kann nur, wer die Gemeinschaft leitet.",
    "members-only": "Das können nur Mitglieder der Gemeinschaft.",
    "last-leader": "Eine Gemeinschaft hat immer eine Leitung. Geben Sie die Leitung zuerst weiter.",
    "creator-only": "Nur wer das Dokument begonnen hat, kann es für sich behalten.",
    "invalid-field": "Das ist leer, zu lang oder enthält Zeichen, die nicht gespeichert werden können.",
    "reason-missing": "Sagen Sie, warum, in 3 bis 500 Zeichen.",
    "sentence-missing": "Sagen Sie in 3 bis 500 Zeichen, warum.",
    "no-such-sub-group": "Diese Untergruppe gibt es nicht mehr.",
    "sub-group-only": "Das kann nur, wer zur Untergruppe gehört.",
    "no-such-request": "Die Person bittet nicht mehr um Aufnahme, oder jemand hat schon geantwortet.",
    "declined-lately": "Sie wurden nicht aufgenommen. Nach einer Woche können Sie wieder fragen.",
    "not-for-listeners":
      "Wer nur zuhört, wird in kein Dokument einzeln hereingelassen. Geben Sie zuerst eine andere Rolle.",
    "private-document": "In ein Dokument, das nur sieht, wer es begonnen hat, kann niemand hereingelassen werden.",
    "too-many": "Es sind schon so viele, wie es sein dürfen.",
  },
  managersOnly: "Das können nur Leitung und Stellvertretung der Gemeinschaft. Fragen Sie dort.",
  invitersOnly:
    "Ihre Rolle erlaubt diese Einladung nicht. Leitung und Stellvertretung laden ein, in die Leitung nur die Leitung.",
  waitSeconds: (seconds) =>
    seconds < 90
      ? `Versuchen Sie es in ${seconds} ${plural(seconds, "Sekunde", "Sekunden")} noch einmal.`
      : `Versuchen Sie es in ${Math.ceil(seconds / 60)} Minuten noch einmal.`,

  signIn: {
    pageTitle: "Anmelden",
    heading: "Anmelden",
    submit: "Anmelden",
    ended:
      "Ihre Sitzung ist zu Ende. Melden Sie sich wieder an; was Sie auf diesem Gerät geschrieben haben, ist aufgehoben.",
    left: "Sie sind abgemeldet.",
    help: "Kein Konto? Sie kommen mit einer Einladung herein. Passwort vergessen? Wer diesen Server betreibt, kann Ihnen einen neuen Link machen.",
    another: "Mit einem Konto anmelden, das Sie schon haben",
  },

  ended: {
    title: "Ihre Sitzung ist zu Ende.",
    body: "Sie wurden anderswo abgemeldet, oder es ist zu viel Zeit vergangen. Sie können weiterschreiben: Es bleibt auf diesem Gerät und wird gesendet, wenn Sie sich wieder anmelden.",
    again: "Wieder anmelden",
  },

  unreachable: {
    title: "Der Server ist nicht erreichbar",
    body: "Zum Anmelden braucht es eine Verbindung. Diese Seite macht von selbst weiter, sobald es eine gibt.",
  },

  setPassword: {
    pageTitle: "Passwort wählen",
    heading: (name) => `Willkommen, ${name}`,
    lead: (email) => `Wählen Sie das Passwort für ${email}. Damit sind Sie gleich angemeldet.`,
    submit: "Passwort setzen",
  },

  link: {
    gone: "Dieser Link gilt nicht mehr",
    goneBody:
      "Er wurde benutzt, ist abgelaufen oder zurückgezogen, oder ein Teil davon fehlt. Bitten Sie um einen neuen.",
    failed: "Der Link konnte nicht nachgesehen werden",
    toSignIn: "Anmelden",
    toHome: "Zu meinen Gemeinschaften",
  },

  join: {
    pageTitle: "Einladung",
    heading: (community) => `${community} beitreten`,
    lead: (invitedBy, role) => `${invitedBy} lädt Sie als ${role} in diese Gemeinschaft ein.`,
    leadUnnamed: (role) => `Sie sind als ${role} in diese Gemeinschaft eingeladen.`,
    until: (when) => `Die Einladung gilt bis ${when}.`,
    as: (name, email) => `Sie sind angemeldet als ${name} (${email}).`,
    join: "Beitreten",
    signUp: "Konto anlegen und beitreten",
    signUpHeading: "Neu hier",
    signInHeading: "Sie haben schon ein Konto?",
    signIn: "Anmelden und beitreten",
    other: "Abmelden und als jemand anderes beitreten",
  },

  home: {
    pageTitle: "Start",
    heading: "Ihre Gemeinschaften",
    found: "Gemeinschaft gründen",
    recent: "Neueste Dokumente",
    recentEmpty: "Hier erscheinen die Dokumente, die Sie lesen dürfen, die neuesten zuerst.",
    members: (count) => `${count} ${plural(count, "Mitglied", "Mitglieder")}`,
    emptyTitle: "Sie gehören noch zu keiner Gemeinschaft",
    emptyBody:
      "Gründen Sie eine für Ihre Leitliniengruppe oder Arbeitsgruppe, oder öffnen Sie die Einladung, die Sie bekommen haben.",
    offline:
      "Der Server ist nicht erreichbar. Sie sehen Ihre Gemeinschaften und Dokumente von diesem Gerät; was Sie schreiben, wird hier aufgehoben und später gesendet.",
  },

  found: {
    pageTitle: "Gemeinschaft gründen",
    heading: "Gemeinschaft gründen",
    lead: "Ein eigener Ort für Menschen, die gemeinsam schreiben. Sie leiten sie und können die Leitung weitergeben.",
    kind: "Was für eine Gemeinschaft ist es?",
    templates: {
      "guideline-panel": {
        name: "Leitliniengruppe",
        about: "Erarbeitet Empfehlungen. Beginnt mit einer Leitlinie: Geltungsbereich, Fragen, Empfehlungen.",
      },
      "community-of-practice": {
        name: "Fachgemeinschaft (Community of Practice)",
        about: "Lernt aus der Arbeit der anderen. Beginnt mit einer Charta: Zweck, Arbeitsweise, erste Themen.",
      },
      "working-group": {
        name: "Arbeitsgruppe",
        about: "Bringt eine Sache zu Ende. Beginnt mit einer Tagesordnung: Auftrag, Beteiligte, Termine, Beschlüsse.",
      },
    },
    name: "Name",
    nameHint: "So steht er auf Einladungen. Sie können ihn später ändern.",
    namePlaceholder: "Regionale Sepsisgruppe",
    nameMissing: "Geben Sie der Gemeinschaft einen Namen.",
    nameTooLong: "Höchstens 120 Zeichen.",
    language: "Sprache des ersten Dokuments",
    languages: { en: "English", de: "Deutsch" },
    submit: "Gründen und das erste Dokument öffnen",
    cancel: "Jetzt nicht",
  },

  roles: {
    leader: "Leitung",
    deputy: "Stellvertretung",
    member: "Mitglied",
    guest: "Gast",
    listener: "Zuhörer",
  },
  roleInSentence: {
    leader: "Leitung",
    deputy: "Stellvertretung",
    member: "Mitglied",
    guest: "Gast",
    listener: "Zuhörer",
  },
  roleAbout: {
    leader: "Entscheidet über Mitglieder, Rollen und darüber, wer Dokumente sehen darf. Liest und schreibt.",
    deputy: "Lädt ein und pflegt die Seite der Gemeinschaft. Liest und schreibt.",
    member: "Beginnt Dokumente, liest und schreibt.",
    guest: "Von außen. Sieht die Dokumente, zu denen gefragt wird, und was alle auf diesem Server lesen dürfen.",
    listener: "Weiß, dass es die Gemeinschaft gibt. Liest nur, was alle auf diesem Server lesen dürfen.",
  },

  community: {
    sections: "Bereiche der Gemeinschaft",
    documents: "Dokumente",
    bin: "Papierkorb",
    members: "Mitglieder",
    settings: "Einstellungen",
    ledger: "Protokoll",
    you: (role) => `Ihre Rolle: ${role}.`,
    unknownTitle: "Diese Gemeinschaft gibt es nicht",
    unknownBody: "Oder Sie gehören nicht dazu, oder nicht mehr.",
    offline:
      "Der Server ist nicht erreichbar. Sie sehen, was dieses Gerät von dieser Gemeinschaft hat; was Sie schreiben, wird hier aufgehoben und später gesendet.",
    emptyForReader: "Hier ist noch kein Dokument für Sie offen.",
    unreadTitle: "Die Liste ist gerade nicht lesbar",
    unreadOffline:
      "Der Server ist nicht erreichbar, und dieses Gerät hat kein Dokument dieser Gemeinschaft. Prüfen Sie die Verbindung; die Liste erscheint dann von selbst.",
    unreadOtherwise: "Nichts ist verloren. Die Liste erscheint von selbst, sobald der Server sie wieder lesen kann.",
    createOffline: "Ein Dokument zu beginnen, braucht eine Verbindung zum Server.",
  },

  members: {
    pageTitle: "Mitglieder",
    heading: "Mitglieder",
    invite: "Einladen",
    you: "Sie",
    since: (when) => `seit ${when}`,
    until: (when) => `bis ${when}`,
    more: (name) => `Weitere Aktionen für ${name}`,
    changeRole: "Rolle ändern",
    changeRoleTitle: (name) => `Was ist ${name} in dieser Gemeinschaft?`,
    changeRoleLead: "Es gilt sofort, auch dort, wo gerade ein Dokument offen ist.",
    term: "Bis",
    termHint: "Leer lassen für eine Rolle ohne Ende. Nach diesem Tag gehört die Person nicht mehr zur Gemeinschaft.",
    termPast: "Wählen Sie einen kommenden Tag.",
    changed: (name, role) => `Neue Rolle von ${name}: ${role}`,
    remove: "Aus der Gemeinschaft nehmen",
    removeTitle: (name) => `${name} aus der Gemeinschaft nehmen?`,
    removeBody: (name) =>
      `${name} verliert sofort die Dokumente der Gemeinschaft. Was geschrieben wurde, bleibt in den Dokumenten; was noch nicht gesendet ist, bleibt auf dem Gerät.`,
    removeConfirm: "Herausnehmen",
    removed: (name) => `${name} gehört nicht mehr zur Gemeinschaft`,
    leave: "Gemeinschaft verlassen",
    leaveTitle: "Diese Gemeinschaft verlassen?",
    leaveBody:
      "Sie verlieren sofort ihre Dokumente. Was Sie geschrieben haben, bleibt darin. Um zurückzukommen, brauchen Sie eine neue Einladung.",
    leaveConfirm: "Verlassen",
    left: (community) => `Sie haben ${community} verlassen`,
  },

  passwordLink: {
    item: "Neues Passwort ermöglichen",
    title: (name) => `Hat ${name} das Passwort vergessen?`,
    byHand:
      "Sie bekommen einen Link, mit dem die Person ein neues Passwort setzt. Geben Sie ihn ihr und sonst niemandem: Wer ihn hat, kann sich als sie anmelden. Er gilt einmal und einen Tag lang.",
    byMail:
      "Die Person bekommt eine E-Mail mit einem Link, mit dem sie ein neues Passwort setzt. Er gilt einmal und einen Tag lang. Sie selbst sehen ihn nicht.",
    isTold: (name) => `${name} erfährt, dass Sie das getan haben, und im Protokoll der Gemeinschaft steht es auch.`,
    make: "Link erstellen",
    mail: "E-Mail senden",
    mailed: (name) => `Eine E-Mail an ${name} ist unterwegs`,
    madeTitle: "Der Link ist fertig",
    madeLead: (name, until) =>
      `Geben Sie diesen Link ${name} und sonst niemandem. Er gilt einmal, bis ${until}, und wird nicht noch einmal gezeigt.`,
    told: (who) => `${who} hat einen Link erstellen lassen, mit dem Ihr Passwort gesetzt werden kann`,
    acts: {
      byHand: (who, whom) => `${who} hat einen Link für ein neues Passwort von ${whom} erstellt`,
      byMail: (who, whom) => `${who} hat ${whom} einen Link für ein neues Passwort mailen lassen`,
    },
    codes: {
      "only-operator":
        "Das kann nur, wer diesen Server betreibt. Leitende erstellen einen Link nur für Personen, die allein in dieser Gemeinschaft sind, sie nicht leiten und sich mit einem Passwort anmelden.",
    },
  },

  invitations: {
    heading: "Offene Einladungen",
    lead: "Wer den Link hat, kann ihn benutzen, bis er abläuft. Er wird nur einmal gezeigt: wenn er entsteht.",
    none: "Keine Einladung ist offen.",
    createTitle: "Einladen",
    role: "Als was?",
    expires: "Offen für",
    days: (count) => `${count} ${plural(count, "Tag", "Tage")}`,
    uses: "Wie viele dürfen sie benutzen?",
    usesOptions: { one: "Eine Person", ten: "Bis zu zehn Personen", any: "Alle, die sie haben" },
    submit: "Link machen",
    madeTitle: "Die Einladung ist fertig",
    madeLead: "Schicken Sie diesen Link denen, die Sie meinen. Er wird nicht noch einmal gezeigt.",
    address: "Link",
    copy: "Link kopieren",
    copied: "Link kopiert",
    done: "Fertig",
    expiresAt: (when) => `offen bis ${when}`,
    used: (uses, most) => (most === null ? `${uses}-mal benutzt` : `${uses} von ${most} benutzt`),
    withdraw: "Zurückziehen",
    withdrawLabel: (role) => `Einladung als ${role} zurückziehen`,
    withdrawn: "Die Einladung ist zurückgezogen",
  },

  settings: {
    pageTitle: "Einstellungen",
    heading: "Einstellungen",
    name: "Name",
    description: "Worum es in dieser Gemeinschaft geht",
    descriptionHint: "Ein, zwei Sätze, die auf ihrer Seite stehen.",
    descriptionTooLong: "Höchstens 2.000 Zeichen.",
    accent: "Farbe",
    accentHint: "Kennzeichnet die Gemeinschaft in Listen und auf ihrer Seite.",
    house: "Petrol",
    colours: ["Beere", "Bernstein", "Olive", "Moos", "Wald", "Türkis", "Meer", "Indigo", "Violett", "Pflaume"],
    preview: "Vorschau",
    previewLight: "Hell",
    previewDark: "Dunkel",
    privacy: "Wer darf neue Dokumente sehen?",
    privacyHint: "Das lässt sich für jedes Dokument ändern.",
    saved: "Gespeichert",
  },

  privacy: {
    private: "Nur wer es begonnen hat",
    "sub-group": "Eine Untergruppe",
    community: "Die Gemeinschaft",
    portal: "Alle auf diesem Server",
    public: "Alle, auch ohne Konto",
  },
  privacyInSentence: {
    private: "nur wer es begonnen hat",
    "sub-group": "eine Untergruppe",
    community: "die Gemeinschaft",
    portal: "alle auf diesem Server",
    public: "alle, auch ohne Konto",
  },
  privacyAbout: {
    private: "Niemand sonst sieht es, auch die Leitung nicht.",
    "sub-group": "Wer dazugehört, liest und schreibt; sonst niemand, auch die Leitung nicht.",
    community: "Leitung, Stellvertretung und Mitglieder lesen und schreiben.",
    portal:
      "Alle, die hier ein Konto haben, können den Text lesen. Kommentare, Vorschläge und Verlauf bleiben bei der Gemeinschaft, die schreibt.",
    public:
      "Wer die Adresse hat, kann den Text lesen. Kommentare, Vorschläge und Verlauf bleiben bei der Gemeinschaft, die schreibt.",
  },

  sharing: {
    button: "Wer dies sehen kann",
    title: "Wer kann dieses Dokument sehen?",
    lead: (community) => `Es gehört zu: ${community}.`,
    now: "jetzt",
    mayNotNarrow: "Nur wer das Dokument begonnen hat oder leitet, kann es zurücknehmen.",
    mayNotHide: "Nur wer das Dokument begonnen hat, kann es für sich behalten.",
    mayNotWiden: "Nur die Leitung kann es für mehr Menschen öffnen.",
    roleUnknown: "Ob Sie das dürfen, ist noch nicht bekannt. Dazu muss der Server antworten.",
    reason: "Warum für mehr Menschen öffnen?",
    reasonHint: "Es steht im Protokoll, wo Mitglieder es lesen können.",
    reasonShort: "Sagen Sie, warum, in mindestens 3 Zeichen.",
    reasonLong: "Höchstens 500 Zeichen.",
    submit: "Ändern",
    changed: (privacy) => `Sehen kann es jetzt: ${privacy}`,
    offline: "Das zu ändern, braucht eine Verbindung zum Server.",
  },

  ledger: {
    pageTitle: "Protokoll",
    heading: "Protokoll",
    lead: "Was in dieser Gemeinschaft entschieden wurde, von wem und wann. Nichts davon lässt sich nachträglich ändern oder weglassen, ohne dass es auffällt: Jeder Eintrag trägt einen Fingerabdruck des vorigen.",
    entry: (seq) => `Eintrag ${seq}`,
    fingerprint: "Fingerabdruck",
    nobody: "Wer diesen Server betreibt",
    more: "Frühere Einträge zeigen",
    reason: (reason) => `Grund: ${reason}`,
    acts: {
      founded: (who, name) => `${who} hat die Gemeinschaft „${name}“ gegründet`,
      changed: (who, what) => `${who} hat geändert: ${what}`,
      invited: (who, role, until) => `${who} hat eine Einladung als ${role} gemacht, offen bis ${until}`,
      withdrew: (who) => `${who} hat eine Einladung zurückgezogen`,
      joined: (who, role) => `${who} ist als ${role} beigetreten`,
      roleChanged: (who, whom, from, to) => `${who} hat die Rolle von ${whom} geändert: ${from}, jetzt ${to}`,
      removed: (who, whom) => `${who} hat ${whom} aus der Gemeinschaft genommen`,
      left: (who) => `${who} hat die Gemeinschaft verlassen`,
      started: (who, document, privacy) => `${who} hat ${document} begonnen. Sehen kann es: ${privacy}`,
      binned: (who, document) => `${who} hat ${document} in den Papierkorb gelegt`,
      restored: (who, document) => `${who} hat ${document} aus dem Papierkorb geholt`,
      opened: (who, document, from, to) =>
        `${who} hat geändert, wer ${document} sehen kann. Vorher: ${from}. Jetzt: ${to}`,
      granted: (who, whom, document, access) => `${who} hat entschieden: ${whom} darf ${document} ${access}`,
      ending: (act, until) => `${act}, bis ${until}`,
      accepted: (who, whom) => `${who} hat ${whom} auf eigene Bitte aufgenommen`,
      operator: {
        locked: (whom) => `Wer diesen Server betreibt, hat das Konto von ${whom} gesperrt`,
        unlocked: (whom) => `Wer diesen Server betreibt, lässt ${whom} wieder herein`,
        linked: (whom) => `Wer diesen Server betreibt, hat einen Link für ein neues Passwort von ${whom} gemacht`,
      },
      acceptedAgain: (who, whom) => `${who} hat ${whom} wieder aufgenommen, nachdem die Person entfernt worden war`,
      declined: (who, whom) => `${who} hat die Bitte von ${whom} um Aufnahme abgelehnt`,
      joinedFreely: (who) => `${who} ist als Mitglied beigetreten`,
      tookAway: (who, whom) => `${who} hat einen Kommentar von ${whom} entfernt`,
      renamed: (who) => `${who} hat einen anderen Namen angenommen`,
      groupMade: (who, group) => `${who} hat die Untergruppe „${group}“ gebildet`,
      groupJoined: (who, whom, group) => `${who} hat ${whom} in die Untergruppe „${group}“ aufgenommen`,
      groupLeft: (who, group) => `${who} hat die Untergruppe „${group}“ verlassen`,
      other: (who, act) => `${who}: ${act}`,
    },
    access: { none: "nicht sehen", read: "lesen", comment: "kommentieren", write: "ändern" },
    whatChanged: {
      name: (value) => `den Namen in „${value}“`,
      description: () => "die Beschreibung",
      accent: () => "die Farbe",
      defaultPrivacy: (value) => `wer neue Dokumente sehen kann: ${value}`,
      joinPolicy: (value) => `wie man hereinkommt: ${value}`,
    },
    somethingElse: "Einstellungen",
    somebody: "jemand, der nicht mehr hier ist",
    someDocument: "ein Dokument",
    titled: (title) => `„${title}“`,
    and: " und ",
  },

  account: {
    pageTitle: "Konto",
    heading: "Ihr Konto",
    menu: "Ihr Konto",
    signOut: "Abmelden",
    nameHeading: "Name",
    nameSaved: "Ihr Name ist geändert",
    emailIs: (email) => `Ihre E-Mail-Adresse ist ${email}.`,
    passwordHeading: "Passwort",
    current: "Jetziges Passwort",
    currentWrong: "Das ist nicht Ihr jetziges Passwort.",
    passwordSubmit: "Passwort ändern",
    passwordSaved: "Ihr Passwort ist geändert. Überall sonst sind Sie abgemeldet.",
    placesHeading: "Wo Sie angemeldet sind",
    here: "Dieser Browser",
    unknownBrowser: "Ein Browser, der nicht sagt, was er ist",
    browserOn: (browser, system) => `${browser} auf ${system}`,
    lastSeen: (when) => `Zuletzt gesehen ${ago(when)}`,
    signedInAt: (when) => `angemeldet ${ago(when)}`,
    signOutThere: "Dort abmelden",
    signOutThereLabel: (place) => `Dort abmelden: ${place}`,
    signedOutThere: "Dort abgemeldet",
    needsServer: "Der Server ist nicht erreichbar. Diese Seite braucht ihn.",
  },

  signOut: {
    title: "Abmelden",
    body: "Die Kopien Ihrer Dokumente bleiben auf diesem Gerät. Sie öffnen sich wieder, wenn Sie sich anmelden.",
    unsent: (titles) =>
      `Änderungen von Ihnen sind noch nicht beim Server: ${titles.map((title) => `„${title}“`).join(", ")}. Sie bleiben auf diesem Gerät und werden gesendet, wenn Sie sich hier wieder anmelden.`,
    remove: "Auch meine Dokumente von diesem Gerät entfernen",
    removeHint: "Für ein Gerät, das andere mitbenutzen. Auf dem Server bleibt alles, wie es ist.",
    bodyRemoving:
      "Die Kopien Ihrer Dokumente werden aus diesem Browser entfernt. Auf dem Server finden Sie sie wieder, wenn Sie sich anmelden.",
    unsentLost: (titles) =>
      `Änderungen von Ihnen sind noch nicht beim Server: ${titles.map((title) => `„${title}“`).join(", ")}. Wenn Sie Ihre Dokumente entfernen, sind diese Änderungen endgültig gelöscht.`,
    drafts: "Ein Kommentar, den Sie begonnen haben, ist nicht gesendet. Er bleibt auf diesem Gerät.",
    draftsLost:
      "Ein Kommentar, den Sie begonnen haben, ist nicht gesendet. Wenn Sie Ihre Dokumente entfernen, ist er endgültig gelöscht.",
    confirmRemoving: "Entfernen und abmelden",
    confirmLoss: "Nicht Gesendetes löschen und abmelden",
    unsaved: "Ihre neuesten Worte werden noch auf dieses Gerät geschrieben. Warten Sie einen Moment.",
    confirm: "Abmelden",
    stay: "Angemeldet bleiben",
  },

  lost: {
    title: "Sie können dieses Dokument nicht mehr sehen",
    body: "Es ist für weniger Menschen offen als vorher, oder Ihre Rolle in der Gemeinschaft hat sich geändert. Wer die Gemeinschaft leitet, kann Ihnen sagen, warum.",
    waits: "Was Sie geschrieben haben und nicht senden konnten, ist auf diesem Gerät aufgehoben.",
    draft:
      "Was Sie in den Text geschrieben hatten, steht im Dokument. Nicht gesendet ist, was Sie in einem Kommentar sagen wollten:",
    nothing: "Alles, was Sie geschrieben hatten, steht im Dokument.",
    read: "Aufgehobenes lesen",
    toHome: "Zu meinen Gemeinschaften",
  },
};

export const deInPortal: Catalogue["inPortal"] = {
  account: {
    menu: (name) => `Sie sind ${name}. Konto und Aussehen`,
    signedInAs: "Angemeldet als",
  },
  boot: {
    toDocuments: "Zu meinen Gemeinschaften",
  },
  api: {
    unauthorised: "Sie sind nicht mehr angemeldet.",
    forbidden: "Das dürfen Sie nicht.",
    notFound: "Das gibt es nicht, oder Sie dürfen es nicht sehen.",
  },
  documents: {
    needsWriting: "Sie dürfen dieses Dokument nur lesen",
    onlyHere: "Nicht mehr für Sie offen; gezeigt wird, was auf diesem Gerät aufgehoben ist",
    emptyBody: "Beginnen Sie ein Dokument und schreiben Sie es mit den anderen.",
    emptyForLink: "Beginnen Sie ein Dokument und schreiben Sie es mit den anderen.",
  },
  editor: {
    back: "Alle Dokumente",
  },
  problems: {
    deniedTitle: "Sie dürfen dieses Dokument nicht sehen",
    deniedBody: () =>
      "Es ist für weniger Menschen offen, oder Sie gehören nicht zu seiner Gemeinschaft. Wer sie leitet, kann es Ihnen sagen.",
    expiredBody: "Änderungen bleiben auf diesem Gerät. Melden Sie sich wieder an, um sie zu senden.",
  },
  reasons: {
    forbidden: "Sie dürfen es nicht sehen",
    "token-missing": "Sie sind nicht angemeldet",
    "token-expired": "Ihre Sitzung ist zu Ende",
    unauthorized: "Sie sind nicht mehr angemeldet",
  },
};
