import type {
  CxoneConnection,
  CxoneCloud,
  Profile,
  ProfileField,
  SecretField,
} from "$lib/backend/generated/types";

/** Fields whose value is a secret: never held by the page. */
export type SecretProfileField = Extract<
  ProfileField,
  "access_key_secret" | "client_secret" | "integration_client_secret" | "cognigy_api_key"
>;
/** Fields whose text the page shows and edits. */
export type TextField = Exclude<ProfileField, SecretProfileField>;

export function isSecret(field: ProfileField): field is SecretProfileField {
  return (SECRETS as readonly string[]).includes(field);
}

export const CLOUDS: readonly { value: CxoneCloud; label: string }[] = [
  { value: "global", label: "Global" },
  { value: "fedramp", label: "FedRAMP" },
  { value: "au_sovereign", label: "Australia sovereign" },
  { value: "eu_sovereign", label: "Europe sovereign" },
  { value: "other", label: "Other issuer" },
];

interface About {
  label: string;
  /** Where the value is found, or what it is for. */
  help: string;
  placeholder?: string;
  /** Ids, addresses and numbers stand in the mono face. */
  mono?: boolean;
}

/** Labels in the vendors' spelling, and where each value is found. */
export const FIELDS: Record<ProfileField, About> = {
  name: {
    label: "Provider name",
    help: "The name of the handover provider in Cognigy.AI, letter for letter. CXone gives it to the channel.",
  },
  provider_link: {
    label: "Handover provider link",
    help: "Open the provider in Deploy > Handover Providers and copy the whole address from the browser.",
    placeholder: "https://…/project/…/handover-provider/…",
    mono: true,
  },
  provider_id: {
    label: "Handover provider ID",
    help: "The part after /handover-provider/ in the address of the provider's page.",
    placeholder: "24 characters, 0-9 and a-f",
    mono: true,
  },
  domain: {
    label: "Cognigy.AI domain",
    help: "The host of your Cognigy.AI, such as trial.cognigy.ai, or its short name, such as trial.",
    placeholder: "trial.cognigy.ai",
    mono: true,
  },
  endpoint_base: {
    label: "Endpoint address",
    help: "Optional. Paste any Endpoint URL from Deploy > Endpoints: it proves where this install listens.",
    placeholder: "https://endpoint-…",
    mono: true,
  },
  cognigy_api: {
    label: "Cognigy.AI API address",
    help: "Optional. Only for an install whose API has an address of its own. The people who run it know it.",
    placeholder: "https://api-…",
    mono: true,
  },
  cognigy_api_key: {
    label: "Cognigy.AI API key",
    help: "Optional: lets Handover Desk read the provider, Flows, Endpoints and logs. In Cognigy.AI: My Profile, create an API key. It is shown once.",
  },
  tenant_id: {
    label: "Tenant ID",
    help: "In CXone: Admin, then My Profile And More > My Profile, General tab.",
    placeholder: "00000000-0000-0000-0000-000000000000",
    mono: true,
  },
  business_unit: {
    label: "Business Unit ID",
    help: "In CXone: ACD > ACD Configuration > Business Units, the Unit Number.",
    placeholder: "Digits only",
    mono: true,
  },
  cloud: {
    label: "CXone cloud",
    help: "Most tenants are on the global cloud. Your NiCE contact knows if yours is not.",
  },
  issuer: {
    label: "CXone issuer",
    help: "The https address of your cloud's sign-in service. Your NiCE contact knows it.",
    placeholder: "https://…",
    mono: true,
  },
  host_api: {
    label: "API host",
    help: "Leave empty unless NiCE gave your tenant an address of its own.",
    mono: true,
  },
  host_digital: { label: "Digital host", help: "Leave empty unless NiCE gave you one.", mono: true },
  host_userhub: { label: "UserHub host", help: "Leave empty unless NiCE gave you one.", mono: true },
  host_events: { label: "Event host", help: "Leave empty unless NiCE gave you one.", mono: true },
  connection_name: { label: "Connection name", help: "Any name that no Connection in Cognigy.AI has yet." },
  access_key_id: {
    label: "Access Key ID",
    help: "In CXone: Admin, the employee profile for API access, Security > Add Access Key. Username in Cognigy.AI.",
    mono: true,
  },
  access_key_secret: {
    label: "Access Key Secret",
    help: "CXone shows it once, together with the Access Key ID. Password in Cognigy.AI.",
  },
  client_id: {
    label: "Client ID",
    help: "NiCE sends it to your technical contacts 2-3 business days after the registration form.",
    mono: true,
  },
  client_secret: { label: "Client Secret", help: "Comes from NiCE together with the Client ID." },
  channel_integration_id: {
    label: "Channel Integration ID",
    help: "In CXone: ACD > Digital > Bring Your Own Channel, the Integration ID of the saved entry.",
    mono: true,
  },
  integration_client_id: {
    label: "Channel Integration Client ID",
    help: "Your choice. The same value stands in the BYOC form and in Cognigy.AI.",
    mono: true,
  },
  integration_client_secret: {
    label: "Channel Integration Client Secret",
    help: "32 characters. Make one here, or type the one that stands in the BYOC form and in Cognigy.AI.",
  },
  routing_skill: {
    label: "Routing skill",
    help: "Optional. ID or name of a digital inbound skill, for when the channel does not tell its own.",
  },
};

/** The attribute the tests of the window find a field by. */
export function fieldTestId(field: ProfileField): string {
  return `field-${field.replaceAll("_", "-")}`;
}

export const SECRETS: readonly SecretField[] = [
  "access_key_secret",
  "client_secret",
  "integration_client_secret",
  "cognigy_api_key",
];

export function readField(profile: Profile, connection: CxoneConnection, field: TextField): string {
  const { cxone } = profile;
  const hosts = cxone.hosts ?? {};
  const values: Record<TextField, string | undefined> = {
    name: profile.name,
    provider_link: profile.provider_link,
    provider_id: profile.provider_id,
    domain: profile.domain,
    endpoint_base: profile.endpoint_base,
    cognigy_api: profile.cognigy_api,
    tenant_id: cxone.tenant_id,
    business_unit: cxone.business_unit,
    cloud: cxone.cloud,
    issuer: cxone.issuer,
    host_api: hosts.api,
    host_digital: hosts.digital,
    host_userhub: hosts.userhub,
    host_events: hosts.events,
    connection_name: connection.name,
    access_key_id: connection.access_key_id,
    client_id: connection.client_id,
    channel_integration_id: profile.channel_integration_id,
    integration_client_id: connection.integration_client_id,
    routing_skill: profile.routing_skill,
  };
  return values[field] ?? "";
}

/** Writes a text into its place; an empty one leaves the place out. What was typed is kept letter for letter. */
export function writeField(
  profile: Profile,
  connection: CxoneConnection,
  field: TextField,
  text: string,
): void {
  const value = text === "" ? undefined : text;
  const { cxone } = profile;
  const hosts = (cxone.hosts ??= {});
  switch (field) {
    case "name":
      profile.name = text;
      break;
    case "provider_link":
    case "provider_id":
    case "domain":
    case "endpoint_base":
    case "cognigy_api":
    case "channel_integration_id":
    case "routing_skill":
      profile[field] = value;
      break;
    case "tenant_id":
    case "business_unit":
    case "issuer":
      cxone[field] = value;
      break;
    case "cloud":
      cxone.cloud = value as CxoneCloud | undefined;
      break;
    case "host_api":
      hosts.api = value;
      break;
    case "host_digital":
      hosts.digital = value;
      break;
    case "host_userhub":
      hosts.userhub = value;
      break;
    case "host_events":
      hosts.events = value;
      break;
    case "connection_name":
      connection.name = value;
      break;
    case "access_key_id":
    case "client_id":
    case "integration_client_id":
      connection[field] = value;
      break;
  }
}
