import { lookup as resolve } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { HeadgateError } from "../../core/errors.ts";

/** Addresses that are not of the public Internet: this machine, private networks, links, cloud metadata, groups, reserved ones. */
const PRIVATE = new BlockList();
const RANGES_4 = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "224.0.0.0/3",
];
const RANGES_6 = ["::/127", "64:ff9b:1::/48", "100::/64", "fc00::/7", "fe80::/10", "ff00::/8"];
for (const [ranges, family] of [
  [RANGES_4, "ipv4"],
  [RANGES_6, "ipv6"],
] as const) {
  for (const range of ranges) {
    const [address = "", bits = ""] = range.split("/");
    PRIVATE.addSubnet(address, Number(bits), family);
  }
}

/** True for an address that is not of the public Internet, also in its forms of IPv6 that carry IPv4. */
export function isPrivateAddress(address: string): boolean {
  if (isIP(address) === 4) return PRIVATE.check(address, "ipv4");
  // BlockList looks into ::ffff:0:0/96 by itself; translated addresses (NAT64) and 6to4 carry the same in other places.
  return PRIVATE.check(address, "ipv6") || /^(?:64:ff9b:|2002:)/i.test(address);
}

/** Throws `E_SOURCE` for a host that is written as a private address. */
export function checkHost(host: string): void {
  const address = host.replace(/^\[|\]$/g, "");
  if (isIP(address) !== 0 && isPrivateAddress(address)) throw refused(host);
}

/** Resolves names as usual and refuses private addresses: what is connected to is what was checked, whatever the name says later. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) return callback(error, []);
    if (addresses.some(({ address }) => isPrivateAddress(address))) return callback(refused(hostname), []);
    const [first] = addresses;
    if (options.all === true || first === undefined) return callback(null, addresses);
    return callback(null, first.address, first.family);
  });
};

function refused(host: string): HeadgateError {
  return new HeadgateError("E_SOURCE", `${host} is an address of this machine or of a private network`, {
    hint: "if it is meant, write http({ allowPrivate: true }): then a redirect may lead there, too",
  });
}
