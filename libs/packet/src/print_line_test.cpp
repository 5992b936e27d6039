// Lines against those that tcpdump 4.99.3 prints of captures made by others. Each row is a frame of
// a capture, and tcpdump's line of it: -nn -q -t -S, or -nn -t -S.

#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/packet/print_line.hpp>
#include <sonde/testing/corpus.hpp>

namespace sonde {
namespace {

struct expected_line {
    const char* capture;
    std::size_t number;  // of the frame, from 1
    const char* line;
};

constexpr expected_line brief_lines[] = {
    {"mixed/many-protocols.pcap", 4360, "ARP, Request who-has 10.0.0.1 tell 10.0.0.138, length 46"},
    {"mixed/many-protocols.pcap", 4361, "ARP, Reply 10.0.0.1 is-at 6c:f0:49:b2:de:6e, length 28"},
    {"tcp/option-sack.pcap", 1, "IP 127.0.0.1.20 > 127.0.0.1.80: tcp 0"},
    {"cdp-dtp-hsrp/erspan-type-ii-2.pcap",
     1,
     "IP 192.168.195.67 > 192.168.195.196: GREv0, seq 1086760, length 78: gr"
     "e-proto-0x88be"},
    {"malformed/max-compression-depth.pcap", 1, "IP 1.2.3.4.12345 > 5.6.7.8.53: UDP, length 132"},
    {"mixed/pcap_flow_lab_showcase.pcap",
     1024,
     "IP6 2001:db8::103.5353 > ff02::fb.5353: UDP, length 297"},
    {"ethernet-llc-stp/packet_trailer.pcap", 2, "PPPoE PADI [Service-Name] [Host-Uniq 0x64138518]"},
    {"mixed/many-protocols.pcap",
     35,
     "IP 10.0.0.1 > 1.2.3.4: ICMP echo request, id 1, seq 1, length 40"},
    {"gre-mpls-vxlan/mixed-vlan-mpls.pcap",
     1,
     "MPLS (label 29, tc 6, [S], ttl 255) IP 10.1.2.1.11001 > 10.34.0.1.23: "
     "tcp 0"},
    {"icmp4/icmp-timeexceeded.pcap",
     1,
     "IP 10.0.0.1 > 10.0.0.2: ICMP time exceeded in-transit, length 40"},
    {"icmp-generated/icmp4_errors.pcap",
     2,
     "IP 198.145.112.229 > 192.252.120.109: ICMP ip reassembly time exceeded"
     ", length 51"},
    {"icmp4/IcmpPackets.pcapng", 13, "IP 10.0.0.7 > 10.0.0.138: ICMP source quench, length 36"},
    {"icmp-generated/icmp4_errors.pcap",
     4,
     "IP 203.24.109.174 > 203.44.199.32: ICMP redirect 198.221.171.199 to ne"
     "t 192.147.211.67, length 36"},
    {"icmp4/icmp-hdr-02.pcap",
     1,
     "IP 10.123.0.2 > 10.123.0.1: ICMP redirect 4.4.4.4 to host 10.123.0.3, "
     "length 36"},
    {"icmp-generated/icmp4_errors.pcap",
     6,
     "IP 192.58.128.231 > 192.21.177.20: ICMP redirect-tos 203.25.88.176 to "
     "net 198.168.60.33, length 36"},
    {"icmp-generated/icmp4_errors.pcap",
     7,
     "IP 192.72.110.124 > 198.186.149.41: ICMP redirect-tos 198.190.123.25 t"
     "o host 192.137.25.93, length 36"},
    {"icmp-generated/icmp4_errors.pcap",
     8,
     "IP 198.19.0.208 > 192.56.71.136: ICMP parameter problem - octet 20, le"
     "ngth 62"},
    {"icmp-generated/icmp4_errors.pcap",
     10,
     "IP 203.24.198.23 > 203.48.245.12: ICMP parameter problem - code 2, len"
     "gth 85"},
    {"mixed/many-protocols.pcap",
     38,
     "IP 8.8.8.8 > 10.0.0.1: ICMP echo reply, id 1, seq 2, length 40"},
    {"icmp4/IcmpPackets.pcapng",
     7,
     "IP 192.168.0.102 > 192.168.0.103: ICMP time stamp query id 14640 seq 0"
     ", length 20"},
    {"icmp-generated/icmp4_query.pcap",
     11,
     "IP 203.85.119.219 > 198.140.215.103: ICMP time stamp reply id 1 seq 1:"
     " org 00:00:00.001, recv 596:31:23.649, xmit 1193:02:47.295, length 20"},
    {"icmp-generated/icmp4_query.pcap",
     12,
     "IP 198.22.250.55 > 198.172.124.25: ICMP information request, length 8"},
    {"malformed/anomaly.pcap",
     27,
     "IP 204.252.102.11 > 206.65.98.18: ICMP information reply, length 64"},
    {"icmp4/IcmpPackets.pcapng",
     14,
     "IP 10.0.0.6 > 173.194.113.82: ICMP address mask request, length 12"},
    {"icmp4/IcmpPackets.pcapng",
     15,
     "IP 10.0.0.7 > 10.0.0.4: ICMP address mask is 0x00000000, length 12"},
    {"icmp4/IcmpPackets.pcapng", 1, "IP 10.1.22.2 > 224.0.0.2: ICMP router solicitation, length 8"},
    {"icmp-generated/icmp4_query.pcap",
     17,
     "IP 203.1.82.233 > 224.0.0.1: ICMP router advertisement lifetime 30:00 "
     "3: {192.170.172.239 42} {203.17.189.150 4} {198.42.228.86 59}, length "
     "32"},
    {"malformed/anomaly.pcap", 1, "IP 204.252.102.11 > 206.65.98.18: ICMP type-#24, length 64"},
    {"truncated/icmp-header-trunc.pcap", 1, "IP 10.0.0.1 > 192.0.43.10:  [|icmp]"},
    {"icmp4/mpls-traceroute.pcap",
     14,
     "IP 12.1.1.1 > 12.4.4.4: ICMP 12.1.1.1 udp port 33441 unreachable, leng"
     "th 36"},
    {"icmp-generated/icmp4_unreach.pcap",
     1,
     "IP 192.13.4.241 > 198.110.216.186: ICMP net 198.230.241.167 unreachabl"
     "e, length 46"},
    {"icmp4/IcmpPackets.pcapng",
     12,
     "IP 10.0.0.7 > 10.0.0.7: ICMP host 10.0.0.111 unreachable, length 92"},
    {"icmp-generated/icmp4_unreach.pcap",
     3,
     "IP 203.150.232.180 > 198.254.242.30: ICMP 192.246.186.146 protocol 1 u"
     "nreachable, length 66"},
    {"icmp-generated/icmp4_unreach.pcap",
     4,
     "IP 192.19.193.52 > 198.50.105.147: ICMP 198.107.221.210 protocol 132 p"
     "ort 53 unreachable, length 36"},
    {"icmp-generated/icmp4_unreach.pcap",
     5,
     "IP 198.176.248.197 > 203.120.33.186: ICMP 198.8.166.157 unreachable - "
     "need to frag (mtu 576), length 36"},
    {"icmp-generated/icmp4_unreach.pcap",
     6,
     "IP 203.58.234.230 > 198.55.23.212: ICMP 198.130.188.87 unreachable - n"
     "eed to frag, length 36"},
    {"icmp-generated/icmp4_unreach.pcap",
     7,
     "IP 198.230.200.81 > 198.32.32.234: ICMP 192.215.82.30 unreachable - so"
     "urce route failed, length 36"},
    {"icmp-generated/icmp4_unreach.pcap",
     8,
     "IP 198.36.38.6 > 203.5.148.193: ICMP net 192.106.157.51 unreachable - "
     "unknown, length 57"},
    {"icmp-generated/icmp4_unreach.pcap",
     9,
     "IP 192.213.9.16 > 203.181.70.152: ICMP host 203.88.91.199 unreachable "
     "- unknown, length 36"},
    {"icmp-generated/icmp4_unreach.pcap",
     10,
     "IP 198.51.136.189 > 192.71.41.114: ICMP 192.119.248.2 unreachable - so"
     "urce host isolated, length 72"},
    {"icmp-generated/icmp4_unreach.pcap",
     11,
     "IP 192.60.6.140 > 198.69.38.129: ICMP net 192.249.108.31 unreachable -"
     " admin prohibited, length 36"},
    {"icmp-generated/icmp4_unreach.pcap",
     12,
     "IP 198.132.248.44 > 198.23.138.131: ICMP host 198.230.179.79 unreachab"
     "le - admin prohibited, length 87"},
    {"icmp-generated/icmp4_unreach.pcap",
     13,
     "IP 198.168.113.67 > 203.125.15.219: ICMP net 203.82.47.103 unreachable"
     " - tos prohibited, length 36"},
    {"icmp-generated/icmp4_unreach.pcap",
     14,
     "IP 198.230.193.193 > 192.118.120.210: ICMP host 203.84.227.149 unreach"
     "able - tos prohibited, length 69"},
    {"icmp-generated/icmp4_unreach.pcap",
     15,
     "IP 203.124.125.16 > 203.89.179.110: ICMP host 203.56.109.21 unreachabl"
     "e - admin prohibited filter, length 36"},
    {"icmp-generated/icmp4_unreach.pcap",
     16,
     "IP 192.16.226.171 > 192.202.228.7: ICMP host 203.35.136.191 unreachabl"
     "e - host precedence violation, length 46"},
    {"icmp-generated/icmp4_unreach.pcap",
     17,
     "IP 198.80.102.95 > 198.166.49.105: ICMP host 198.29.133.81 unreachable"
     " - precedence cutoff, length 36"},
    {"icmp6/icmp6-destunreach-ip6ext-udp.pcap",
     1,
     "IP6 fe80::dead > fe80::beef: ICMP6, destination unreachable, unreachab"
     "le route fe80::dead, length 68"},
    {"icmp-generated/icmp6_errors.pcap",
     2,
     "IP6 2001:db8:4659::1d25 > 2001:db8:5f8c::409c: ICMP6, destination unre"
     "achable,  unreachable prohibited 2001:db8:7d46::e01a, length 76"},
    {"icmp-generated/icmp6_errors.pcap",
     3,
     "IP6 2001:db8:c5b2::81bf > 2001:db8:23fa::6d80: ICMP6, destination unre"
     "achable, beyond scope 2001:db8:f0b0::9d49, source address 2001:db8:8ee"
     "7::3915, length 74"},
    {"icmp-generated/icmp6_errors.pcap",
     4,
     "IP6 2001:db8:e6e5::c7e3 > 2001:db8:9891::8937: ICMP6, destination unre"
     "achable, unreachable address 2001:db8:1bc4::6d18, length 77"},
    {"icmp-generated/icmp6_errors.pcap",
     5,
     "IP6 2001:db8:57d3::ffe2 > 2001:db8:96ab::ca10: ICMP6, destination unre"
     "achable, unreachable port, 2001:db8:4273::a48c udp port 53, length 72"},
    {"icmp6/icmp6-toobig.pcap",
     1,
     "IP6 fe80::dead > fe80::beef: ICMP6, packet too big, mtu 1280, length 6"
     "0"},
    {"icmp6/icmp6-timeexceeded.pcap",
     1,
     "IP6 fe80::dead > fe80::beef: ICMP6, time exceeded in-transit for fe80:"
     ":dead, length 60"},
    {"icmp-generated/icmp6_errors.pcap",
     12,
     "IP6 2001:db8:495e::ea30 > 2001:db8:47c0::ccd6: ICMP6, time exceeded in"
     "-transit (reassembly), length 77"},
    {"icmp-generated/icmp6_errors.pcap",
     13,
     "IP6 2001:db8:564d::d7f4 > 2001:db8:119::d464: ICMP6, parameter problem"
     ", erroneous - octet 4, length 71"},
    {"ipv6/ipv6_zero_len_ah.pcap",
     6,
     "IP6 2000:1300::2 > 2000:1300::1: ICMP6, parameter problem, next header"
     " - octet 6, length 214"},
    {"icmp-generated/icmp6_errors.pcap",
     15,
     "IP6 2001:db8:a813::adae > 2001:db8:25e8::20a0: ICMP6, parameter proble"
     "m, option - octet 42, length 78"},
    {"icmp-generated/icmp6_errors.pcap",
     16,
     "IP6 2001:db8:f75b::10b6 > 2001:db8:fdd9::c50c: ICMP6, parameter proble"
     "m, incomplete header chain - octet 0, length 78"},
    {"icmp6/icmp6-nd-short-options.pcap",
     2,
     "IP6 fe80::1 > ff02::1: ICMP6, router advertisement, length 24"},
    {"icmp-generated/icmp6_nd.pcap",
     14,
     "IP6 fe80::6e54:df9 > ff02::16: ICMP6, multicast listener report v2, 2 "
     "group record(s), length 64"},
    {"ipv6/ipv6_zero_len_ah.pcap",
     1,
     "IP6 2000:1300::1 > 2000:1300::2: ICMP6, echo request, id 13398, seq 30"
     "864, length 24"},
    {"ipv6/ipv6_zero_len_ah.pcap",
     4,
     "IP6 2000:1300::2 > 2000:1300::1: ICMP6, echo reply, id 13398, seq 3086"
     "4, length 24"},
    {"icmp-generated/icmp6_nd.pcap",
     3,
     "IP6 fe80::9ff:62c1 > ff02::2: ICMP6, router solicitation, length 16"},
    {"icmp6/icmp6-nd-short-options.pcap",
     6,
     "IP6 fe80::1 > ff02::1:ff00:3: ICMP6, neighbor solicitation, who has fe"
     "80::3, length 32"},
    {"icmp6/icmp6-nd-short-options.pcap",
     4,
     "IP6 fe80::1 > fe80::2: ICMP6, neighbor advertisement, tgt is fe80::3, "
     "length 32"},
    {"icmp6/icmp6-nd-short-options.pcap",
     8,
     "IP6 fe80::1 > fe80::2: ICMP6, redirect, 2001:db8::1 to fe80::3, length"
     " 48"},
    {"icmp-generated/icmp6_nd.pcap",
     13,
     "IP6 fe80::4408:a359 > 2001:db8:96e2::1c95: ICMP6, multicast listener q"
     "uery v2 [gaddr ff05::58ff, 2 source(s)], length 60"},
    {"icmp4/IcmpPackets.pcapng",
     4,
     "IP 14.80.84.66 > 255.255.255.255: ICMP router advertisement lifetime 1"
     "0 1: {14.80.84.66 0}, length 16"},
    {"icmp4/mpls-traceroute.pcap",
     1,
     "MPLS (label 100704, tc 0, [S], ttl 1) IP 12.4.4.4.42315 > 12.1.1.1.334"
     "35: UDP, length 12"},
    {"ipv4/ipv4-options.pcap", 3, "IP 10.0.0.138 > 224.0.0.1: igmp"},
    {"ipv4/IPv4-encapsulated-IPv6.pcap",
     1,
     "IP 139.18.25.33 > 81.131.67.131: IP6 2001:638:902:1:201:2ff:fee2:7596."
     "21 > 2002:5183:4383::5183:4383.1026: tcp 30"},
    {"linktypes/NullLoopback.pcapng", 1, "IP6 ::1.49888 > ::1.81: tcp 403"},
    {"ipv6/6in6in6.pcap",
     1,
     "IP6 feed::beef > feed::cafe: IP6 babe::beef > dead::babe: IP6 dead::be"
     "ef.30000 > cafe::babe.13000: UDP, length 4"},
    {"ipv6/ip6_fragments.pcap",
     1,
     "IP6 fe80::21f:f3ff:fecd:f617 > ff02::fb: frag (0|120) 5353 > 5353: UDP"
     ", length 729"},
    {"ipv6/ip6_fragments.pcap", 29, "IP6 fe80::2c23:b96c:78d:e116 > ff02::c: frag (960|43)"},
    {"ipv6/ipv6-hbh-routing0.pcap",
     1,
     "IP6 2001:4f8:4:7:2e0:81ff:fe52:ffff > 2001:4f8:4:7:2e0:81ff:fe52:9a6b:"
     " HBH RT6 (len=4, type=0 [Deprecated], segleft=2, [0]2001:78:1:32::1, ["
     "1]2001:78:1:32::2) 53 > 53: UDP, length 3"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     4,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: DSTOPT 36951 > 80: tcp 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     13,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: frag (0|20) 59694 > 80: tcp 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     23,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: HBH 27393 > 80: tcp 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     33,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: RT6 (len=0, type=0 [Deprecated], se"
     "gleft=0) 45805 > 80: tcp 0"},
    {"ipv6/ipv6_options.pcapng",
     2,
     "IP6 2200::244:212:3fff:feae:22f7 > 2200::211:2:0:0:2: RT6 (len=4, type"
     "=0 [Deprecated], segleft=2, [0]2200::210:2:0:0:4, [1]2200::240:2:0:0:4"
     ") ICMP6, echo request, id 0, seq 0, length 8"},
    {"ipv6/ipv6_options.pcapng",
     3,
     "IP6 2200::244:212:3fff:feae:22f7 > 2200::240:2:0:0:4: RT6 (len=2, type"
     "=0 [Deprecated], segleft=1, [0]2200::210:2:0:0:4) 5645 > 5642: UDP, le"
     "ngth 0"},
    {"ipv6/ipv6_options.pcapng",
     5,
     "IP6 fe80::9c09:b416:768:ff42 > ff02::16: HBH ICMP6, multicast listener"
     " report v2, 1 group record(s), length 28"},
    {"ipv6/ipv6_options.pcapng",
     6,
     "IP6 2a01:e35:8bd9:8bb0:a0a7:ea9c:74e8:d397 > 2001:4b98:dc0:41:216:3eff"
     ":fece:1902: DSTOPT 42513 > 42: UDP, length 10"},
    {"malformed/anomaly.pcap",
     13,
     "IP truncated-ip - 29 bytes missing! 204.252.102.11 > 206.65.98.18: ICM"
     "P type-#130, length 64"},
    {"mixed/many-protocols.pcap",
     31,
     "ARP, Request who-has 10.0.0.138 (30:46:9a:23:fb:fa) tell 10.0.0.1, len"
     "gth 28"},
    {"mixed/pcap_flow_lab_showcase.pcap",
     1282,
     "IP 192.0.2.70 > 198.51.100.70: AH(spi=0x11111111,seq=0x1,icv=0xa0a1a2a"
     "3a4a5a6a7a8a9aaab): 49170 > 443: tcp 0"},
    {"mixed/pcap_flow_lab_showcase.pcap",
     1285,
     "IP 192.0.2.50 > 198.51.100.50: ESP(spi=0x01020304,seq=0x1), length 20"},
    {"mixed/pcap_flow_lab_showcase.pcap",
     1291,
     "IP 192.0.2.60 > 198.51.100.60: IP 10.60.0.10.49160 > 10.60.0.20.443: t"
     "cp 0"},
    {"mixed/pcap_flow_lab_showcase.pcap",
     1300,
     "PPPoE  [ses 0x1234] IP 192.0.2.30.49160 > 198.51.100.30.443: tcp 9"},
    {"mixed/pcap_flow_lab_showcase.pcap",
     1319,
     "IP 192.0.2.80 > 198.51.100.80: GREv1, call 25, no-payload, length 62"},
    {"mixed/pcap_flow_lab_showcase.pcap", 1433, " [|ether]"},
    {"mixed/pcap_flow_lab_showcase.pcap", 1435, "PPPoE PADI [Service-Name] [Host-Uniq \"PFL30\"]"},
    {"ppp/pppoe.pcap", 4, "PPPoE PADS [ses 0x1] [Service-Name \"test\"] [Host-Uniq 0x00001761]"},
    {"ppp/pppoe.pcap", 10, "PPPoE PADT [ses 0x1] [Generic-Error \"Received PADT\"]"},
    {"sip-rtp/sip_reqs.pcap",
     2,
     "PPPoE  [ses 0x18e5] IP 178.45.73.241.1032 > 213.192.59.75.5060: UDP, l"
     "ength 361"},
    {"telnet/telnet.pcap",
     32,
     "IP truncated-ip - 6 bytes missing! 192.168.0.2.1550 > 192.168.0.1.23: "
     "tcp 6"},
};
constexpr expected_line full_lines[] = {
    {"tcp/ip4-tcp-bad-chksum.pcap",
     1,
     "IP 127.0.0.1.30000 > 127.0.0.1.80: Flags [S], seq 0, win 8192, length "
     "0"},
    {"diameter/diameter_synthetic.pcap",
     7,
     "IP 10.0.0.2.3868 > 10.0.0.1.46000: Flags [S.], seq 4000, ack 3001, win"
     " 8192, length 0"},
    {"diameter/diameter_synthetic.pcap",
     8,
     "IP 10.0.0.1.46000 > 10.0.0.2.3868: Flags [.], ack 4001, win 8192, leng"
     "th 0"},
    {"diameter/diameter_synthetic.pcap",
     9,
     "IP 10.0.0.1.46000 > 10.0.0.2.3868: Flags [P.], seq 3001:3197, ack 4001"
     ", win 8192, length 196"},
    {"ethernet-llc-stp/snap-tcp.pcap",
     6,
     "IP 192.168.1.1.12345 > 192.168.1.2.80: Flags [F.], seq 138, ack 278, w"
     "in 8192, length 0"},
    {"telnet/telnet.pcap",
     1,
     "IP 192.168.0.2.1550 > 192.168.0.1.23: Flags [S], seq 2579865836, win 3"
     "2120, options [mss 1460,sackOK,TS val 10233636 ecr 0,nop,wscale 0], le"
     "ngth 0"},
    {"fileformat/nanosecs_big_endian.pcap",
     2,
     "IP 127.0.0.1.8000 > 127.0.0.1.43030: Flags [S.], seq 3239046832, ack 1"
     "593692745, win 65483, options [mss 65495,sackOK,TS val 2689063127 ecr "
     "2689063127,nop,wscale 7], length 0"},
    {"telnet/telnet.pcap",
     3,
     "IP 192.168.0.2.1550 > 192.168.0.1.23: Flags [.], ack 401695550, win 32"
     "120, options [nop,nop,TS val 10233636 ecr 2467372], length 0"},
    {"telnet/telnet.pcap",
     29,
     "IP 192.168.0.1.23 > 192.168.0.2.1550: Flags [P.], seq 401695682:401695"
     "689, ack 2579866034, win 17376, options [nop,nop,TS val 2467374 ecr 10"
     "233659], length 7"},
    {"telnet/telnet.pcap",
     89,
     "IP 192.168.0.1.23 > 192.168.0.2.1550: Flags [F.], seq 401696921, ack 2"
     "579866100, win 17376, options [nop,nop,TS val 2467451 ecr 10237591], l"
     "ength 0"},
    {"ipv4/ip4-bad-chksum.pcap", 1, "IP 127.0.0.1.30000 > 127.0.0.1.13000: UDP, length 4"},
    {"gre-mpls-vxlan/mixed-vlan-mpls.pcap",
     1,
     "MPLS (label 29, tc 6, [S], ttl 255) IP 10.1.2.1.11001 > 10.34.0.1.23: "
     "Flags [S], seq 2553417723, win 4128, options [mss 536], length 0"},
    {"gre-mpls-vxlan/mixed-vlan-mpls.pcap",
     2,
     "MPLS (label 29, tc 6, [S], ttl 255) IP 10.1.2.1.11001 > 10.34.0.1.23: "
     "Flags [.], ack 2379583141, win 4128, length 0"},
    {"gre-mpls-vxlan/mixed-vlan-mpls.pcap",
     9,
     "MPLS (label 29, tc 6, [S], ttl 255) IP 10.1.2.1.11001 > 10.34.0.1.23: "
     "Flags [P.], seq 2553417748:2553417750, ack 2379583190, win 4079, lengt"
     "h 2"},
    {"gre-mpls-vxlan/mixed-vlan-mpls.pcap",
     11,
     "MPLS (label 29, tc 6, [S], ttl 255) IP 10.1.2.1.11001 > 10.34.0.1.23: "
     "Flags [FP.], seq 2553417750, ack 2379583191, win 4079, length 0"},
    {"telnet/telnet.pcap",
     2,
     "IP 192.168.0.1.23 > 192.168.0.2.1550: Flags [S.], seq 401695549, ack 2"
     "579865837, win 17376, options [mss 1448,nop,wscale 0,nop,nop,TS val 24"
     "67372 ecr 10233636], length 0"},
    {"igmp/igmp.pcapng", 1, "IP 10.60.0.189 > 224.0.0.1: igmp query v2"},
    {"igmp/multicast-igmp-version-membership-query-and-report.pcap",
     2,
     "IP 192.168.1.101 > 239.1.1.1: igmp v1 report 239.1.1.1"},
    {"ipv4/ipv4-options.pcap", 3, "IP 10.0.0.138 > 224.0.0.1: igmp query v3 [max resp time 1.0s]"},
    {"ipv4/ipv4-options.pcap",
     4,
     "IP 10.0.0.138.0 > 10.0.0.6.2693: Flags [R.], seq 0, ack 422102842, win"
     " 0, length 0"},
    {"ipv4/raw_ip.pcap",
     1,
     "IP6 2001:618:400::5199:cc70.35995 > 2001:618:1:8000::5.80: Flags [S], "
     "seq 1793525558, win 5680, options [mss 1420,sackOK,TS val 14490169 ecr"
     " 0,nop,wscale 2], length 0"},
    {"ipv4/raw_ip.pcap",
     10,
     "IP6 2001:618:1:8000::5.80 > 2001:618:400::5199:cc70.35997: Flags [S.],"
     " seq 616552306, ack 1792126181, win 57344, options [mss 1440,nop,wscal"
     "e 0,nop,nop,TS val 2618044766 ecr 14491345], length 0"},
    {"ipv4/raw_ip.pcap",
     11,
     "IP6 2001:618:400::5199:cc70.35997 > 2001:618:1:8000::5.80: Flags [.], "
     "ack 616552307, win 1420, options [nop,nop,TS val 14491376 ecr 26180447"
     "66], length 0"},
    {"mixed/many-protocols.pcap",
     1153,
     "IP 10.0.0.1.55256 > 74.125.71.94.80: Flags [S], seq 12641877, win 8192"
     ", options [mss 1460,nop,wscale 2,nop,nop,sackOK], length 0"},
    {"ipv6/ip6_fragments.pcap",
     21,
     "IP6 fe80::2c23:b96c:78d:e116 > ff02::c: frag (0|120) 60245 > 3702: UDP"
     ", length 991"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     34,
     "IP6 2001:db8:1::1.80 > 2001:db8:1::2.45805: Flags [S.], seq 4079572282"
     ", ack 466053856, win 5760, options [mss 1440], length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     4,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: DSTOPT 36951 > 80: Flags [S], seq 3"
     "810442574, win 8192, length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     5,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: DSTOPT 36951 > 80: Flags [.], ack 3"
     "185309717, win 8192, length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     37,
     "IP6 2001:db8:1::1.80 > 2001:db8:1::2.45805: Flags [.], ack 466053871, "
     "win 5760, length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     9,
     "IP6 2001:db8:1::1.80 > 2001:db8:1::2.36951: Flags [F.], seq 3185309805"
     ", ack 3810442590, win 5760, length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     11,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: DSTOPT 36951 > 80: Flags [F.], seq "
     "3810442590, ack 3185309806, win 8192, length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     13,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: frag (0|20) 59694 > 80: Flags [S], "
     "seq 1770092805, win 8192, length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     15,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: frag (0|20) 59694 > 80: Flags [.], "
     "ack 4266013196, win 8192, length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     21,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: frag (0|20) 59694 > 80: Flags [F.],"
     " seq 1770092821, ack 4266013285, win 8192, length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     23,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: HBH 27393 > 80: Flags [S], seq 1365"
     "224417, win 8192, length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     25,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: HBH 27393 > 80: Flags [.], ack 4183"
     "844947, win 8192, length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     31,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: HBH 27393 > 80: Flags [F.], seq 136"
     "5224433, ack 4183845036, win 8192, length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     33,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: RT6 (len=0, type=0 [Deprecated], se"
     "gleft=0) 45805 > 80: Flags [S], seq 466053855, win 8192, length 0"},
    {"ipv6/ipv6-http-atomic-frag.pcap",
     35,
     "IP6 2001:db8:1::2 > 2001:db8:1::1: RT6 (len=0, type=0 [Deprecated], se"
     "gleft=0) 45805 > 80: Flags [.], ack 4079572283, win 8192, length 0"},
    {"linktypes/NullLoopback.pcapng",
     1,
     "IP6 ::1.49888 > ::1.81: Flags [P.], seq 1482536582:1482536985, ack 163"
     "4461540, win 9175, options [nop,nop,TS val 2936704510 ecr 2936704510],"
     " length 403"},
    {"malformed/tcp-malformed.pcap",
     1,
     "IP 172.19.42.74.49671 > 87.240.131.240.25014: Flags [.] [bad hdr lengt"
     "h 28 - too long, > 20]"},
    {"mixed/base64-decode-5885.pcap",
     135,
     "IP6 fe80::b9a3:aa8f:3e8e:fe86.58403 > ff02::c.3702: UDP, length 990"},
    {"mixed/many-protocols.pcap",
     1455,
     "IP 212.58.244.71.80 > 10.0.0.1.55260: Flags [S.], seq 39268036, ack 62"
     "48217, win 14600, options [mss 1360,nop,nop,sackOK,nop,wscale 7], leng"
     "th 0"},
    {"mixed/many-protocols.pcap",
     877,
     "IP 31.13.93.3.443 > 10.0.0.1.55232: Flags [.], seq 1713805272:17138066"
     "32, ack 4063495678, win 80, length 1360"},
    {"mixed/many-protocols.pcap",
     1042,
     "IP 212.199.202.50.443 > 10.0.0.1.55243: Flags [R], seq 3849745182, win"
     " 0, length 0"},
    {"sip-rtp/sip.pcap",
     36,
     "IP 192.168.1.2.2718 > 147.137.21.94.139: Flags [S], seq 767917792, win"
     " 16384, options [mss 1460,nop,nop,sackOK], length 0"},
    {"mixed/base64-decode-5885.pcap",
     616,
     "IP 192.168.100.67 > 224.0.0.22: igmp v3 report, 1 group record(s)"},
    {"mixed/many-protocols.pcap",
     3579,
     "IP 74.125.71.94.80 > 10.0.0.1.55256: Flags [.], ack 12642668, win 348,"
     " options [nop,nop,sack 1 {12642667:12642668}], length 0"},
    {"mixed/many-protocols.pcap",
     2507,
     "IP 172.224.37.171.443 > 10.0.0.1.55241: Flags [FP.], seq 3493575796:34"
     "93575823, ack 1457741226, win 490, length 27"},
    {"mixed/many-protocols.pcap",
     407,
     "IP 168.61.58.14.80 > 10.0.0.1.55207: Flags [S.], seq 3387662614, ack 2"
     "565615130, win 8192, options [mss 1360,nop,wscale 8,nop,nop,sackOK], l"
     "ength 0"},
    {"mixed/many-protocols.pcap",
     2604,
     "IP 2.19.157.190.80 > 10.0.0.1.55288: Flags [S.], seq 825554040, ack 21"
     "8971463, win 14600, options [mss 1360], length 0"},
    {"mixed/many-protocols.pcap",
     700,
     "IP 54.231.140.80.80 > 10.0.0.1.55224: Flags [S.], seq 3729700816, ack "
     "3227699594, win 8190, options [mss 1360,nop,wscale 6], length 0"},
    {"mixed/many-protocols.pcap",
     2539,
     "IP 66.117.29.38.80 > 10.0.0.1.55281: Flags [S.], seq 1646603309, ack 1"
     "206261667, win 4080, options [mss 1360,nop,wscale 0,sackOK,eol], lengt"
     "h 0"},
    {"mixed/many-protocols.pcap",
     2856,
     "IP 46.236.9.36.80 > 10.0.0.1.55294: Flags [S.], seq 3885697943, ack 94"
     "8421340, win 4080, options [mss 1360,sackOK,eol], length 0"},
    {"ppp/CiscoHDLC.pcap",
     2,
     "IP6 2402:f000:1:8e01::5555.1234 > 2607:fcd0:100:2300::b108:2a6b.80: Fl"
     "ags [none], win 0, length 0"},
    {"sip-rtp/sip.pcap",
     45,
     "IP 147.234.1.253.21 > 192.168.1.2.2720: Flags [S.], seq 3844052228, ac"
     "k 2946351888, win 25398, options [nop,nop,sackOK,mss 1411], length 0"},
    {"tcp/one_tcp_stream_fin_rst_close_packet.pcap",
     1,
     "IP 192.168.221.130.43766 > 172.16.0.112.3306: Flags [S], seq 731770038"
     ", win 29200, options [mss 1460], length 0"},
    {"tcp/option-sack.pcap",
     1,
     "IP 127.0.0.1.20 > 127.0.0.1.80: Flags [S], seq 0, win 8192, options [s"
     "ack 1 {1:16},eol], length 0"},
    {"telnet/telnet.pcap",
     72,
     "IP 192.168.0.1.23 > 192.168.0.2.1550: Flags [P.U], seq 401696694:40169"
     "6695, ack 2579866083, win 17376, urg 1, options [nop,nop,TS val 246742"
     "3 ecr 10236217], length 1"},
};

std::string line_of(const testing::captured_frame& frame, const line_options& options) {
    std::string line;
    append_line(line,
                {.octets = frame.octets,
                 .type = link_type(frame.link_type),
                 .original_len = frame.original_len},
                options);
    return line;
}

template <std::size_t Count>
void expect_lines(const expected_line (&rows)[Count], const line_options& options) {
    std::map<std::string, std::vector<testing::captured_frame>> captures;
    for (const expected_line& row : rows) {
        auto& frames = captures[row.capture];
        if (frames.empty()) frames = testing::read_capture(row.capture);
        ASSERT_LE(row.number, frames.size()) << row.capture;
        EXPECT_EQ(line_of(frames[row.number - 1], options), row.line)
            << row.capture << " frame " << row.number;
    }
}

TEST(print_line, a_brief_line_is_that_of_tcpdump_q) {
    SONDE_REQUIRE_CORPUS();
    expect_lines(brief_lines, {});
}

TEST(print_line, a_full_line_is_that_of_tcpdump) {
    SONDE_REQUIRE_CORPUS();
    expect_lines(full_lines, {.full = true});
}

TEST(print_line, lines_are_appended_without_touching_what_stands_before) {
    std::string out = "1 ";
    append_line(out, {.octets = std::vector<std::uint8_t>{1, 2, 3}});
    EXPECT_EQ(out, "1  [|ether]");
}

}  // namespace
}  // namespace sonde
