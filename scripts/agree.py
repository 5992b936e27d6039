#!/usr/bin/env python3
"""How far sonde and tshark agree about a capture: field by field, as numbers.

    scripts/agree.py CAPTURE...                 run both, compare, print a table
    scripts/agree.py --oracle ORACLE CAPTURE    tshark's view from a file made earlier (JSON lines,
                                                one object a packet, also .gz)
    scripts/agree.py --show 20 CAPTURE          and the first differences of each kind
    scripts/agree.py --corpus FOLDER            all of FOLDER/captures beside FOLDER/oracle

Compared is every field that both name, at the layer that lies at the same octet of the same frame;
and whether each layer that tshark sees is seen at all. Differences that have a reason are listed in
scripts/agree_reasons.json and counted apart: a reason names the field, the RFC, and when it holds.
Exit status: 0 all equal or explained, 1 differences, 2 could not run.
"""
import argparse
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from collections import Counter, defaultdict

HERE = os.path.dirname(os.path.abspath(__file__))

# What tshark must not do: join packets, guess protocols, look names up, count from the first segment.
PREFERENCES = """
nameres.mac_name: FALSE
nameres.transport_name: FALSE
nameres.network_name: FALSE
eth.fcs: Never
eth.padding: Never
eth.check_fcs: FALSE
ip.defragment: FALSE
ip.check_checksum: TRUE
ip.tso_support: FALSE
ip.try_heuristic_first: FALSE
ipv6.defragment: FALSE
ipv6.try_heuristic_first: FALSE
ipv6.exthdr_under_root_protocol_tree: TRUE
ipv6.tso_support: FALSE
tcp.check_checksum: TRUE
tcp.desegment_tcp_streams: FALSE
tcp.analyze_sequence_numbers: FALSE
tcp.relative_sequence_numbers: FALSE
udp.check_checksum: TRUE
udp.ignore_ipv6_zero_checksum: FALSE
sctp.checksum: CRC-32c
sctp.reassembly: FALSE
sctp.relative_tsns: FALSE
dns.desegment_dns_messages: FALSE
vlan.qinq_ethertype: 0x9100
"""


def number(value):
    """tshark's show or value as an integer; None when it is no number."""
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, int):
        return value
    text = str(value).strip()
    if text in ("True", "False"):
        return int(text == "True")
    try:
        return int(text, 16) if text[:2].lower() == "0x" else int(text)
    except ValueError:
        return None


def words(octets_in_word):
    """tshark gives octets where the header counts words."""
    return lambda ours: None if ours is None else ours * octets_in_word


def hexadecimal(text):
    return str(text).replace(":", "").lower()


# tshark's layer -> the protocols of ours that may stand at the same octet.
LAYERS = {
    "eth": {"ethernet"}, "vlan": {"vlan"}, "ieee8021ad": {"vlan"}, "arp": {"arp"}, "llc": {"llc"},
    "sll": {"linux_sll", "linux_sll2"}, "null": {"bsd_null"}, "chdlc": {"cisco_hdlc"}, "ppp": {"ppp"},
    "pppoes": {"pppoe"}, "pppoed": {"pppoe"}, "mpls": {"mpls"}, "gre": {"gre"}, "vxlan": {"vxlan"}, "geneve": {"geneve"},
    "ip": {"ipv4"}, "ipv6": {"ipv6"}, "ipv6.hopopts": {"ipv6_hop_by_hop"}, "ipv6.dstopts": {"ipv6_destination_options"},
    "ipv6.routing": {"ipv6_routing"}, "ipv6.fraghdr": {"ipv6_fragment"}, "ah": {"ipv6_authentication"},
    "icmp": {"icmp*"}, "icmpv6": {"icmpv6*", "router_*", "neighbor_*", "nd_redirect", "mld*"}, "igmp": {"igmp*"},
    "tcp": {"tcp"}, "udp": {"udp"}, "udplite": {"udp_lite"}, "sctp": {"sctp"},
    "dns": {"dns", "dns_over_tcp"}, "mdns": {"dns"}, "llmnr": {"dns"}, "dhcp": {"dhcp"},
}

# (tshark's layer, tshark's field) -> (our field, how ours becomes theirs). A callable as our field
# makes the value from all fields of our layer.
FIELDS = {}


def fields(layer, **mapping):
    for theirs, ours in mapping.items():
        ours = ours if isinstance(ours, tuple) else (ours, None)
        FIELDS[layer, theirs.replace("__", ".")] = ours


def joined(*parts):
    """One of their fields out of several of ours: (name, width) from the high bits down."""
    def make(ours):
        value = 0
        for name, width in parts:
            if ours.get(name) is None:
                return None
            value = value << width | int(ours[name])
        return value
    return make


fields("eth", eth__dst="destination", eth__src="source", eth__type="type", eth__len="type")
for tag in ("vlan", "ieee8021ad"):
    fields(tag, **{f"{tag}__priority": "pcp", f"{tag}__dei": "dei", f"{tag}__id": "vid"})
fields("vlan", vlan__etype="type", vlan__len="type")
fields("arp", arp__hw__type="hardware_type", arp__proto__type="protocol_type", arp__hw__size="hardware_length",
       arp__proto__size="protocol_length", arp__opcode="operation", arp__src__hw_mac="sender_hardware_address",
       arp__src__proto_ipv4="sender_protocol_address", arp__dst__hw_mac="target_hardware_address",
       arp__dst__proto_ipv4="target_protocol_address")
fields("llc", llc__dsap="dsap", llc__ssap="ssap", llc__control="control")
fields("ppp", ppp__address="address", ppp__control="control", ppp__protocol="protocol")
fields("ip", ip__version="version", ip__hdr_len=("ihl", words(4)), ip__dsfield__dscp="dscp", ip__dsfield__ecn="ecn",
       ip__len="total_length", ip__id="identification", ip__flags__rb="reserved_flag", ip__flags__df="dont_fragment",
       ip__flags__mf="more_fragments", ip__frag_offset="fragment_offset", ip__ttl="time_to_live", ip__proto="protocol",
       ip__checksum="header_checksum", ip__src="source", ip__dst="destination")
fields("ipv6", ipv6__version="version", ipv6__tclass="traffic_class", ipv6__flow="flow_label", ipv6__plen="payload_length",
       ipv6__nxt="next_header", ipv6__hlim="hop_limit", ipv6__src="source", ipv6__dst="destination")
for extension in ("hopopts", "dstopts", "routing"):
    name = f"ipv6.{extension}"
    fields(name, **{f"{name}.nxt": "next_header", f"{name}.len": "header_extension_length"})
fields("ipv6.routing", ipv6__routing__type="routing_type", ipv6__routing__segleft="segments_left")
fields("ipv6.fraghdr", ipv6__fraghdr__nxt="next_header", ipv6__fraghdr__offset="fragment_offset",
       ipv6__fraghdr__more="more_fragments", ipv6__fraghdr__ident="identification")
fields("icmp", icmp__type="type", icmp__code="code", icmp__checksum="checksum", icmp__ident="identifier", icmp__seq="sequence_number",
       icmp__mtu="next_hop_mtu", icmp__redir_gw="gateway_internet_address", icmp__pointer="pointer", icmp__length="length",
       icmp__originate_timestamp="originate_timestamp", icmp__receive_timestamp="receive_timestamp",
       icmp__transmit_timestamp="transmit_timestamp", icmp__address_mask="address_mask", icmp__num_addrs="num_addrs",
       icmp__addr_entry_size="addr_entry_size", icmp__lifetime="lifetime")
for version, prefix in (("icmp", "icmp__ext__echo"), ("icmpv6", "icmpv6__ext__echo")):
    fields(version, **{f"{prefix}__seq": "sequence_number", f"{prefix}__req__local": "local", f"{prefix}__rsp__state": "state",
                       f"{prefix}__rsp__active": "active", f"{prefix}__rsp__ipv4": "ipv4", f"{prefix}__rsp__ipv6": "ipv6"})
fields("icmpv6", icmpv6__type="type", icmpv6__code="code", icmpv6__checksum="checksum", icmpv6__echo__identifier="identifier",
       icmpv6__echo__sequence_number="sequence_number", icmpv6__mtu="mtu", icmpv6__pointer="pointer", icmpv6__length="length",
       icmpv6__nd__ns__target_address="target_address", icmpv6__nd__na__target_address="target_address",
       icmpv6__nd__na__flag__r="router", icmpv6__nd__na__flag__s="solicited", icmpv6__nd__na__flag__o="override_cache",
       icmpv6__nd__rd__target_address="target_address", icmpv6__rd__na__destination_address="destination_address",
       icmpv6__nd__ra__cur_hop_limit="cur_hop_limit", icmpv6__nd__ra__flag__m="managed", icmpv6__nd__ra__flag__o="other_configuration",
       icmpv6__nd__ra__router_lifetime="router_lifetime", icmpv6__nd__ra__reachable_time="reachable_time",
       icmpv6__nd__ra__retrans_timer="retrans_timer", icmpv6__mld__multicast_address="multicast_address",
       icmpv6__mld__maximum_response_delay="maximum_response_delay")
fields("tcp", tcp__srcport="source_port", tcp__dstport="destination_port", tcp__seq="sequence_number",
       tcp__ack="acknowledgment_number", tcp__hdr_len=("data_offset", words(4)),
       tcp__flags=joined(("reserved", 4), ("flags", 8)), tcp__window_size_value="window", tcp__checksum="checksum",
       tcp__urgent_pointer="urgent_pointer")
fields("udp", udp__srcport="source_port", udp__dstport="destination_port", udp__length="length", udp__checksum="checksum")
fields("sctp", sctp__srcport="source_port", sctp__dstport="destination_port", sctp__verification_tag="verification_tag",
       sctp__checksum="checksum")
fields("gre", gre__proto="protocol_type",
       gre__flags_and_version=joined(("checksum_present", 1), ("routing_present", 1), ("key_present", 1),
                                     ("sequence_number_present", 1), ("strict_source_route", 1), ("recursion_control", 3),
                                     ("acknowledgment_number_present", 1), ("flags", 4), ("version", 3)),
       gre__checksum="checksum", gre__offset="offset", gre__key="key", gre__sequence_number="sequence_number",
       gre__ack_number="acknowledgment_number", gre__key__payload_length="payload_length", gre__key__call_id="call_id")
fields("vxlan", vxlan__flags=joined(("flags", 8), ("policy_flags", 8)), vxlan__gbp="group_policy_id", vxlan__vni="vni")
fields("mpls", mpls__label="label", mpls__exp="traffic_class", mpls__bottom="bottom_of_stack", mpls__ttl="time_to_live")
fields("igmp", igmp__type="type", igmp__max_resp="max_resp_code", igmp__checksum="checksum", igmp__maddr="group_address")
for resolver in ("dns", "mdns", "llmnr"):
    fields(resolver, dns__id="identifier", dns__count__queries="question_count", dns__count__answers="answer_count",
           dns__count__auth_rr="authority_count", dns__count__add_rr="additional_count",
           dns__flags=joined(("response", 1), ("opcode", 4), ("authoritative_answer", 1), ("truncated", 1), ("recursion_desired", 1),
                             ("recursion_available", 1), ("reserved", 1), ("authentic_data", 1), ("checking_disabled", 1),
                             ("response_code", 4)))
fields("dhcp", dhcp__type="op", dhcp__hw__type="htype", dhcp__hw__len="hlen", dhcp__hops="hops", dhcp__id="xid", dhcp__secs="secs",
       dhcp__flags="flags", dhcp__ip__client="ciaddr", dhcp__ip__your="yiaddr", dhcp__ip__server="siaddr",
       dhcp__ip__relay="giaddr", dhcp__hw__mac_addr="chaddr")


# What tshark shows once stands in ours where it lies.
FIELDS["dhcp", "dhcp.hw.mac_addr"] = (lambda f: hexadecimal(f.get("chaddr", ""))[:2 * int(f.get("hlen", 0))], None)
FIELDS["igmp", "igmp.maddr"] = (lambda f: f.get("group_address", f.get("multicast_address")), None)
# RFC 2637 s4.1 divides the key of version 1 in two; tshark does for one protocol type only.
FIELDS["gre", "gre.key"] = (lambda f: f.get("key", f.get("payload_length", 0) << 16 | f.get("call_id", 0)), None)


# Lists: (tshark's layer, tshark's field) -> (our elements, their field). Equal when all values are, in order.
LISTS = {
    ("ip", "ip.opt.type"): (("ip_option",), "type"), ("ip", "ip.opt.len"): (("ip_option",), "length"),
    ("tcp", "tcp.option_kind"): (("tcp_option",), "kind"), ("tcp", "tcp.option_len"): (("tcp_option",), "length"),
    ("tcp", "tcp.options.mss_val"): (("tcp_option",), "maximum_segment_size"),
    ("icmpv6", "icmpv6.opt.type"): (("nd_option",), "type"), ("icmpv6", "icmpv6.opt.length"): (("nd_option",), "length"),
    ("ipv6.hopopts", "ipv6.opt.type"): (("ipv6_option",), "type"), ("ipv6.dstopts", "ipv6.opt.type"): (("ipv6_option",), "type"),
    ("dhcp", "dhcp.option.type"): (("dhcp_option",), "code"), ("dhcp", "dhcp.option.length"): (("dhcp_option",), "length"),
    ("sctp", "sctp.chunk_type"): (("sctp_chunk",), "type"), ("sctp", "sctp.chunk_length"): (("sctp_chunk",), "length"),
}
for resolver in ("dns", "mdns", "llmnr"):
    records = ("answer", "authority", "additional")
    LISTS.update({(resolver, "dns.qry.name"): (("question",), "name"), (resolver, "dns.qry.type"): (("question",), "type"),
                  (resolver, "dns.resp.name"): (records, "name"), (resolver, "dns.resp.type"): (records, "type"),
                  (resolver, "dns.resp.ttl"): (records, "time_to_live"), (resolver, "dns.resp.len"): (records, "data_length")})

SRV = 33  # tshark takes the names of these records apart (dns.srv.*) and gives no dns.resp.name

# tshark's status of a checksum -> our verdict. 2 is "unverified": not compared.
VERDICTS = {0: "wrong", 1: "right", 3: "absent"}

# Layers of tshark's that are no protocol of their own, and those that it shows once for every part.
TRANSPARENT = {"ethertype", "data", "_ws.malformed", "_ws.short", "_ws.expert", "tcp.segments", "pkt_comment", "syslog"}
PIECES = {"sctp", "dns", "igmp"}


def named(protocol, patterns):
    return any(protocol == p or p.endswith("*") and protocol.startswith(p[:-1]) for p in patterns)


def tshark_layers(capture):
    """tshark's view: for each packet a list of (layer, offset, {field: [values]})."""
    with tempfile.TemporaryDirectory() as home:
        with open(os.path.join(home, "preferences"), "w", encoding="ascii") as out:
            out.write(PREFERENCES)
        environment = dict(os.environ, WIRESHARK_CONFIG_DIR=home, XDG_CONFIG_HOME=home, HOME=home, TZ="UTC", LC_ALL="C.UTF-8")
        run = subprocess.Popen(["tshark", "-n", "-r", capture, "-T", "pdml"], stdout=subprocess.PIPE,
                               stderr=subprocess.DEVNULL, env=environment)
        for _, packet in xml.iterparse(run.stdout):
            if packet.tag != "packet":
                continue
            captured = packet.find("proto[@name='frame']/field[@name='frame.cap_len']")
            yield int(captured.get("show")), [pdml_layer(proto) for proto in packet.findall("proto")
                                              if proto.get("name") not in ("geninfo", "frame", "fake-field-wrapper")]
            packet.clear()
        run.wait()


def pdml_layer(proto):
    found = defaultdict(list)
    for field in proto.iter("field"):
        if field.get("name") and field.get("hide") != "yes":
            found[field.get("name")].append(field.get("show") or field.get("value"))
    return proto.get("name"), int(proto.get("pos")), found


def oracle_layers(path):
    """The same out of JSON lines that were made from tshark earlier."""
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path, encoding="utf-8")
    with opened as lines:
        for line in lines:
            packet, out = json.loads(line), []
            flatten(packet["layers"], out)
            yield packet["cap"], out


def flatten(layers, out):
    for layer in layers:
        found = defaultdict(list)
        for name, value in layer.get("f", []):
            found[name].append(value)
        if "cksum_ok" in layer.get("m", {}):
            found[layer["p"] + ".checksum.status"].append(layer["m"]["cksum_ok"])
        if layer.get("o") is not None:
            out.append((layer["p"], layer["o"], found))
        flatten(layer.get("in", []), out)


def our_packets(program, capture):
    run = subprocess.Popen([program, "dissect", "--json", capture], stdout=subprocess.PIPE,
                           stderr=subprocess.DEVNULL)
    for line in run.stdout:
        yield json.loads(line)
    run.wait()


def paired(theirs, ours):
    """Packets of both, side by side. tshark counts blocks of pcapng that are no packets as packets."""
    for ours_now in ours:
        for captured, layers in theirs:
            if captured == ours_now["captured_length"] or any(name in LAYERS for name, _, _ in layers):
                yield layers, ours_now
                break


def our_value(layer, ours):
    """The value of one field: of the header, or of what is told behind it."""
    name, change = ours
    known = layer["all"]
    if callable(name):
        return name(known)
    value = known.get(name)
    return change(value) if change else value


def all_fields(layer):
    known = dict(layer.get("fields", {}))
    for element in layer.get("elements", []):
        if "fields" not in element and "value" in element:
            known.setdefault(element.get("name"), element["value"])
        for name, value in element.get("fields", {}).items():
            known.setdefault(name, value)
    return known


def equal(theirs, ours):
    if isinstance(ours, bool):
        ours = int(ours)
    if isinstance(ours, int):
        return number(theirs) == ours
    if ours is None:
        return False
    return str(theirs).lower() == str(ours).lower() or hexadecimal(theirs) == hexadecimal(ours)


class Comparison:
    def __init__(self, reasons):
        self.reasons = reasons
        self.same = Counter()
        self.beyond = Counter()
        self.explained = Counter()
        self.different = Counter()
        self.examples = defaultdict(list)

    def note(self, key, good, where, theirs=None, ours=None):
        if good:
            self.same[key] += 1
            return
        reason = self.reason(key, where, theirs)
        (self.explained if reason else self.different)[key] += 1
        if not reason:
            self.examples[key].append(f"{where}: tshark {theirs!r}, sonde {ours!r}")

    def reason(self, key, where, theirs):
        for one in self.reasons:
            if one["field"] in (key, key.split(".")[0] + ".*") and one.get("file", "") in where:
                if "theirs" not in one or str(theirs) in map(str, one["theirs"]):
                    return one["reason"]
        return None

    def packet(self, where, theirs, ours):
        by_place = defaultdict(list)
        for layer in ours.get("layers", []):
            layer["all"] = all_fields(layer)
            by_place[layer["offset"]].append(layer)
        for position, (name, offset, found) in enumerate(theirs):
            if name not in LAYERS:
                continue
            match = next((one for one in by_place.get(offset, []) if named(one["protocol"], LAYERS[name])), None)
            if not match and self.out_of_reach(theirs[:position], name, offset):
                self.beyond[name + ".(layer)"] += 1
                continue
            self.note(name + ".(layer)", match is not None, f"{where} octet {offset}", name,
                      [one["protocol"] for one in by_place.get(offset, [])])
            if match and match["protocol"] == "dns_over_tcp":
                for message in by_place.get(offset + 2, []):
                    match["all"].update(message["all"])
            if match:
                match["times"] = sum(other == name for other, _, _ in theirs)
                self.layer(f"{where} octet {offset}", name, found, match)

    @staticmethod
    def out_of_reach(before, name, offset):
        """Whether the layer lies inside a protocol that sonde does not know, or is a later part of one
        that tshark shows in pieces."""
        return any(other not in LAYERS and other not in TRANSPARENT or other == name and name in PIECES
                   for other, start, _ in before if start <= offset)

    def layer(self, where, name, found, match):
        for field, values in found.items():
            if (name, field) in LISTS:
                self.elements(where, field, values, match, LISTS[name, field])
            if field == name + ".checksum.status" and len(values) == 1:
                self.verdict(where, field, number(values[0]), match)
            if (name, field) not in FIELDS or len(values) != 1:
                continue
            ours = our_value(match, FIELDS[name, field])
            self.note(field if field.startswith(name) else f"{name}:{field}", equal(values[0], ours), where, values[0], ours)


    def elements(self, where, field, values, match, ours):
        names, member = ours
        if match["protocol"] == "dns_over_tcp" or match["times"] > 1 or match.get("problem"):
            return  # in pieces, or cut: where the list ends is a matter of taste
        mine = [one["fields"][member] for one in match.get("elements", [])
                if one.get("name") in names and member in one.get("fields", {})
                and not (field == "dns.resp.name" and one["fields"].get("type") == SRV)]
        theirs = [number(value) if number(value) is not None else str(value).lower() for value in values]
        mine = [text_name(value) if isinstance(value, str) else value for value in mine]
        # RFC 9293 s3.2, RFC 791 s3.1: the list ends at the first end-of-list option, padding is none;
        # RFC 2132 s3.2: the end option is 255, which tshark writes as 0.
        if field in ("tcp.option_kind", "ip.opt.type") and 0 in theirs:
            theirs = theirs[:theirs.index(0) + 1]
        if field == "dhcp.option.type" and theirs[-1:] == [0] and mine[-1:] == [255]:
            theirs[-1] = 255
        self.note(field + "[]", theirs == mine, where, theirs, mine)

    def verdict(self, where, field, theirs, match):
        judged = [value for name, value in match.get("names", {}).items() if name.endswith("checksum")]
        if theirs in VERDICTS and judged and judged[0] != "unknown":
            self.note(field, VERDICTS[theirs] == judged[0], where, VERDICTS[theirs], judged[0])


def text_name(name):
    """A DNS name as tshark writes it."""
    plain = re.sub(r"\\(\d{3})", lambda code: chr(int(code[1])), name)  # RFC 1035 s5.1
    return "<root>" if name == "." else re.sub(r"\\(.)", r"\1", plain).rstrip(".").lower()


def report(comparison, show):
    keys = sorted(set(comparison.same) | set(comparison.explained) | set(comparison.different))
    print(f"{'field':40} {'equal':>10} {'explained':>10} {'different':>10}")
    for key in keys:
        print(f"{key:40} {comparison.same[key]:>10} {comparison.explained[key]:>10} {comparison.different[key]:>10}")
        for example in comparison.examples[key][:show]:
            print("    " + example)
    same, explained, different = (sum(c.values()) for c in (comparison.same, comparison.explained, comparison.different))
    total = same + explained + different
    print(f"{sum(comparison.beyond.values())} layers lie inside protocols that sonde does not know")
    print(f"{total} values compared: {same} equal, {explained} explained, {different} different"
          + (f"; {100 * same / total:.4f} % equal" if total else ""))
    return different


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("captures", nargs="*")
    parser.add_argument("--corpus", help="compare all captures of such a folder with the views kept there")
    parser.add_argument("--oracle", help="JSON lines of tshark's view, or the folder that holds them")
    parser.add_argument("--captures-root", help="with --oracle FOLDER: what the captures' names are relative to")
    parser.add_argument("--sonde", default=os.path.join(HERE, "..", "build", "release", "apps", "sonde", "sonde"))
    parser.add_argument("--show", type=int, default=3, help="differences to show of each field (default 3)")
    options = parser.parse_args()
    if options.corpus and not use_corpus(options):
        print("SKIPPED: no captures in " + options.corpus)
        return 77
    with open(os.path.join(HERE, "agree_reasons.json"), encoding="ascii") as file:
        comparison = Comparison(json.load(file))
    packets = 0
    for capture in options.captures:
        theirs = tshark_layers(capture) if not options.oracle else oracle_layers(oracle_of(options, capture))
        for count, (their, our) in enumerate(paired(theirs, our_packets(options.sonde, capture)), 1):
            comparison.packet(f"{os.path.basename(capture)} packet {count}", their, our)
            packets += 1
    print(f"{packets} packets of {len(options.captures)} captures")
    return 1 if report(comparison, options.show) else 0


def use_corpus(options):
    """Every capture of a corpus that has a view beside it; false when there is none."""
    options.captures_root = os.path.join(options.corpus, "captures")
    options.oracle = os.path.join(options.corpus, "oracle")
    for folder, _, files in sorted(os.walk(options.captures_root)):
        named_files = (os.path.join(folder, name) for name in sorted(files))
        options.captures += [path for path in named_files if os.path.exists(oracle_of(options, path))
                             and path.endswith((".pcap", ".pcapng", ".cap"))]
    return bool(options.captures)


def oracle_of(options, capture):
    if not os.path.isdir(options.oracle):
        return options.oracle
    return os.path.join(options.oracle, os.path.relpath(capture, options.captures_root) + ".jsonl.gz")


if __name__ == "__main__":
    sys.exit(main())
