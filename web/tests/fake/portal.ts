/**
 * A portal in memory: answers the REST contract as a page sees it, for unit tests and for looking at pages.
 *
 * One browser, so one cookie. Rules of access are the server's and not repeated here; a test says what it wants
 * refused.
 */

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

interface Person {
  readonly id: string;
  name: string;
  readonly email: string;
  password: string;
}

type Json = Readonly<Record<string, unknown>>;

const DAY = 86_400_000;

const id = (number: number): string => `01900000-0000-7000-8000-${String(number).padStart(12, "0")}`;

export const ADA = { id: id(1), name: "Ada Lindqvist", email: "ada@example.org" };
export const BEN = { id: id(2), name: "Ben Okafor", email: "ben@example.org" };
export const PASSWORD = "correct horse battery";

export class FakePortal {
  readonly people: Person[] = [ADA, BEN].map((person) => ({ ...person, password: PASSWORD }));
  /** Who is signed in. */
  signedIn: Person | null = null;
  /** Every request, as `METHOD path`. */
  readonly asked: string[] = [];
  /** While true, nobody gets through. */
  unreachable = false;
  tokens = 0;
  readonly #now: () => number;
  readonly #made = new Map<string, Json>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @param target - path and query, below `/api/v1` */
  answer(method: string, target: string, body: Json): Answer {
    this.asked.push(`${method} ${target}`);
    const [path = "", query = ""] = target.split("?");
    const [, group = "", first = "", second = "", third = ""] =
      /^\/([^/]*)\/?([^/]*)\/?([^/]*)\/?([^/]*)/.exec(path) ?? [];
    const request = `${method} ${[group, first === "" ? "" : "*", second, third === "" ? "" : "*"].filter(Boolean).join("/")}`;
    switch (`${method} ${path}`) {
      case "POST /session":
        return this.#signIn(body);
      case "DELETE /session":
        this.signedIn = null;
        return { status: 204 };
      default:
    }
    if (group === "links") {
      return this.#link(method, first, second, body);
    }
    const me = this.signedIn;
    if (me === null && method === "GET" && path === "/session" && query === "ifAny=true") {
      return { status: 204 };
    }
    if (me === null) {
      return problem(401, "not-signed-in");
    }
    switch (`${method} ${path}`) {
      case "GET /session":
        return this.#session(me);
      case "POST /session/token":
        this.tokens++;
        return { status: 200, body: { token: `token-${this.tokens}`, expiresAt: this.#now() + 300_000 } };
      case "PATCH /account":
        me.name = String(body["name"]);
        return { status: 200, body: publicly(me) };
      case "POST /account/password":
        if (body["current"] !== me.password) {
          return problem(403, "wrong-credentials", "current");
        }
        me.password = String(body["new"]);
        return { status: 204 };
      case "GET /account/sessions":
        return { status: 200, body: { sessions: this.#places() } };
      case "GET /account/ways-in":
        return { status: 200, body: { hasPassword: true, identities: [] } };
      case "GET /communities":
        return { status: 200, body: { communities: [...communities(me), ...this.#made.values()] } };
      case "POST /communities": {
        const made = { ...community(me), id: id(100 + this.#made.size), name: body["name"], memberCount: 1 };
        this.#made.set(made.id, made);
        return { status: 201, body: made };
      }
      default:
    }
    switch (request) {
      case "GET communities/*": {
        const found = this.#made.get(first) ?? communities(me).find((each) => each.id === first);
        return found === undefined
          ? problem(404, "no-such-community")
          : { status: 200, body: { ...community(me), ...found } };
      }
      case "GET communities/*/look": {
        const { name, accent } = { ...community(me), ...this.#made.get(first) };
        return { status: 200, body: { name, accent } };
      }
      case "PATCH communities/*":
        return { status: 200, body: { ...community(me), ...this.#made.get(first), id: first, ...body } };
      case "GET communities/*/members":
        return { status: 200, body: { members: members(this.#now()) } };
      case "GET communities/*/invitations":
        return { status: 200, body: { invitations: [invitation(this.#now())] } };
      case "POST communities/*/invitations":
        return { status: 201, body: { ...invitation(this.#now()), ...body, path: "/join/kZ3vQmT8cB1nW6yR" } };
      case "GET communities/*/documents":
      case "GET documents":
        return { status: 200, body: { documents: query.includes("deleted=true") ? [] : documents(this.#now()) } };
      case "POST communities/*/documents":
        return { status: 201, body: { name: id(500) } };
      case "GET documents/*/policy":
        return {
          status: 200,
          body: {
            community: { id: id(10), name: "Regional sepsis panel" },
            privacy: "community",
            access: "write",
            createdBy: { id: ADA.id, name: ADA.name },
            isInside: true,
            mayNarrow: true,
            mayWiden: true,
            mayGrant: true,
          },
        };
      case "POST documents/*/delete-for-good":
      case "POST communities/*/hand-over":
      case "POST communities/*/presence":
        return { status: 204 };
      case "GET communities/*/archive":
        return me.id === ADA.id ? { status: 200, body: "an archive" } : problem(403, "members-only");
      case "POST archives":
        return {
          status: 201,
          body: {
            community: { ...community(me), id: id(600), name: "Brought along" },
            documents: 3,
            refused: ["Huge"],
          },
        };
      case "GET communities/*/join-requests":
        return { status: 200, body: { requests: [joinRequest(this.#now())] } };
      case "GET communities/*/sub-groups":
        return { status: 200, body: { subGroups: [{ id: id(60), name: "Dosage", memberCount: 3, isIn: true }] } };
      case "GET joinable-communities":
        return { status: 200, body: { communities: [joinable()] } };
      case "GET library":
        return { status: 200, body: { documents: query.includes("deleted=true") ? [] : documents(this.#now()) } };
      case "GET documents/*/grants":
        return { status: 200, body: { grants: [grant(this.#now())] } };
      case "GET communities/*/ledger":
        return { status: 200, body: { entries: ledger(this.#now()) } };
      default:
        return method === "GET" ? problem(404, "not-found") : { status: 204 };
    }
  }

  #signIn(body: Json): Answer {
    const person = this.people.find(({ email }) => email === body["email"]);
    if (person?.password !== body["password"]) {
      return problem(401, "wrong-credentials");
    }
    this.signedIn = person ?? null;
    return person === undefined ? problem(401, "wrong-credentials") : this.#session(person);
  }

  #session(person: Person): Answer {
    return { status: 200, body: { account: publicly(person), sessionId: id(20) } };
  }

  #link(method: string, secret: string, act: string, body: Json): Answer {
    const expiresAt = this.#now() + 7 * DAY;
    if (secret !== "invitation" && secret !== "password") {
      return problem(404, "no-such-link");
    }
    if (method === "GET") {
      return secret === "password"
        ? { status: 200, body: { kind: "set-password", name: ADA.name, email: ADA.email, expiresAt } }
        : {
            status: 200,
            body: {
              kind: "invitation",
              community: { id: id(10), name: "Regional sepsis panel" },
              role: "member",
              invitedBy: ADA.name,
              expiresAt,
            },
          };
    }
    switch (act) {
      case "join":
        return this.signedIn === null
          ? problem(401, "not-signed-in")
          : { status: 200, body: { community: { id: id(10), name: "Regional sepsis panel" } } };
      case "sign-up": {
        if (this.people.some(({ email }) => email === body["email"])) {
          return problem(409, "email-taken", "email");
        }
        const person = {
          id: id(30 + this.people.length),
          name: String(body["name"]),
          email: String(body["email"]),
          password: String(body["password"]),
        };
        this.people.push(person);
        this.signedIn = person;
        return this.#session(person);
      }
      default: {
        if (String(body["password"]).length < 10) {
          return problem(422, "weak-password", "password");
        }
        const person = this.people.find(({ email }) => email === ADA.email);
        if (person === undefined) {
          return problem(404, "no-such-link");
        }
        person.password = String(body["password"]);
        this.signedIn = person;
        return this.#session(person);
      }
    }
  }

  #places(): readonly Json[] {
    const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
    const safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1";
    const now = this.#now();
    return [
      { id: id(20), createdAt: now - DAY, lastSeenAt: now, userAgent: chrome, address: "192.0.2.7", isThis: true },
      {
        id: id(21),
        createdAt: now - 9 * DAY,
        lastSeenAt: now - 2 * DAY,
        userAgent: safari,
        address: "198.51.100.23",
        isThis: false,
      },
    ];
  }
}

/** A refusal as the server says it. */
export function problem(status: number, code: string, field?: string): Answer {
  return {
    status,
    body: { title: code, status, code, ...(field === undefined ? {} : { field }) },
    headers: { "content-type": "application/problem+json" },
  };
}

function publicly({ id: is, name, email }: Person): Json {
  return { id: is, name, email };
}

function community(me: Person): Json & { readonly id: string } {
  return {
    id: id(10),
    name: "Regional sepsis panel",
    description: "Emergency physicians, intensivists and nurses of the region agree on how sepsis is recognised early.",
    accent: "#186a58",
    joinPolicy: "invite",
    defaultPrivacy: "community",
    language: "en",
    role: me.id === ADA.id ? "leader" : "member",
    memberCount: 12,
    createdAt: 1_700_000_000_000,
  };
}

function communities(me: Person): readonly (Json & { readonly id: string })[] {
  return me.id === ADA.id || me.id === BEN.id
    ? [
        community(me),
        {
          ...community(me),
          id: id(11),
          name: "Pain in childhood: a community of practice",
          accent: "#9435c8",
          role: "member",
          memberCount: 48,
          description: "",
        },
        {
          ...community(me),
          id: id(12),
          name: "Ward handover working group",
          accent: "#ac5304",
          role: "guest",
          memberCount: 5,
        },
      ]
    : [];
}

function members(now: number): readonly Json[] {
  const rows: readonly (readonly [string, string, string, string, number | null])[] = [
    [ADA.id, ADA.name, ADA.email, "leader", null],
    [BEN.id, BEN.name, BEN.email, "deputy", null],
    [id(3), "Ingrid Solheim", "ingrid.solheim@hospital.example", "member", null],
    [id(4), "Maximiliane Wolkenstein-Trostburg von und zu Hohenems", "mwt@example.org", "member", now + 90 * DAY],
    [id(5), "Tomás Ferreira", "tomas@example.org", "guest", now + 14 * DAY],
    [id(6), "Office of the medical society", "office@example.org", "listener", null],
  ];
  return rows.map(([accountId, name, email, role, until]) => ({
    accountId,
    name,
    email,
    role,
    since: now - 120 * DAY,
    until,
  }));
}

function joinRequest(now: number): Json {
  return {
    accountId: id(7),
    name: "Cara Nilsson",
    email: "cara@example.org",
    sentence: "I treat sepsis every day.",
    askedAt: now - DAY,
  };
}

function joinable(): Json {
  return {
    id: id(13),
    name: "Paediatric emergencies",
    description: "Everybody who treats children in an emergency.",
    accent: "#9435c8",
    joinPolicy: "request",
    request: "none",
  };
}

function grant(now: number): Json {
  return {
    accountId: id(5),
    name: "Tomás Ferreira",
    role: "guest",
    access: "comment",
    until: now + 14 * DAY,
    grantedBy: ADA.name,
    grantedAt: now - DAY,
  };
}

function invitation(now: number): Json {
  return { id: id(40), role: "member", expiresAt: now + 6 * DAY, usesMax: 10, uses: 3 };
}

function documents(now: number): readonly Json[] {
  const rows: readonly (readonly [string, string, number, string, string])[] = [
    ["sample", "Suspected pulmonary embolism in the emergency department", 0.01, "community", "write"],
    ["charter", "Charter of the panel", 0.4, "community", "write"],
    ["draft", "Draft: when to repeat lactate", 2, "private", "write"],
    ["sepsis", "Early recognition of sepsis in primary care: a consensus statement", 3, "portal", "read"],
  ];
  return rows.map(([name, title, days, privacy, access]) => ({
    name,
    title,
    createdAt: now - 40 * DAY,
    updatedAt: now - days * DAY,
    deletedAt: null,
    privacy,
    access,
  }));
}

function ledger(now: number): readonly Json[] {
  const ada = { id: ADA.id, name: ADA.name };
  const rows: readonly (readonly [Json | null, string, Json])[] = [
    [ada, "privacy-changed", { document: "sepsis", from: "community", to: "portal", reason: "Agreed on 12 March." }],
    [ada, "role-changed", { member: BEN.id, from: "member", to: "deputy", until: null }],
    [{ id: BEN.id, name: BEN.name }, "member-joined", { invitation: id(40), role: "member" }],
    [ada, "invitation-made", { invitation: id(40), role: "member", expiresAt: now + 6 * DAY, usesMax: 10 }],
    [ada, "community-changed", { accent: "#186a58", name: "Regional sepsis panel" }],
    [ada, "document-created", { document: "sample", privacy: "community" }],
    [ada, "community-founded", { name: "Sepsis panel" }],
  ];
  return rows.map(([actor, act, detail], index) => ({
    seq: rows.length - index,
    at: now - index * DAY,
    actor,
    ...("member" in detail ? { member: { id: detail["member"], name: BEN.name } } : {}),
    act,
    detail,
    hash: `${"9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a0".slice(index)}${"0".repeat(index + 1)}`,
  }));
}
