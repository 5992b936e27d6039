/// The options of the file commands.
#include <array>

#include "common_rows.hpp"

namespace sonde::cli {
namespace {

constexpr std::string_view limits_group = "Where to split";
constexpr std::string_view what_group = "What is replaced";

template <class S>
constexpr option_row<S> write_row{
    {"-w,--write",
     "FILE",
     output_group,
     "the result; .pcap .cap .dump .dmp are pcap, .pcapng .ntar pcapng, no suffix what the input "
     "is, also with .gz or .zst; - is standard output"},
    apply_write<S>};
template <class S>
constexpr option_row<S> json_row{{"--json", "", output_group, "one JSON object a file and line"},
                                 [](S& s, option_value&) { s.json = true; }};

const std::array info_table{
    json_row<file_info_settings>, help_row<file_info_settings>, version_row<file_info_settings>};

using cut_row = option_row<file_cut_settings>;
const std::array cut_table{
    frames_row<file_cut_settings>,
    from_row<file_cut_settings>,
    until_row<file_cut_settings>,
    filter_row<file_cut_settings>,
    cut_row{{"--invert", "", selection_group, "all but those"},
            [](file_cut_settings& s, option_value&) { s.invert = true; }},
    cut_row{{"-s,--snapshot-length", "OCTETS", selection_group, "the first octets of each packet"},
            [](file_cut_settings& s, option_value& v) { v.whole_into(s.snap_len, 1, UINT32_MAX); }},
    write_row<file_cut_settings>,
    help_row<file_cut_settings>,
    version_row<file_cut_settings>,
};

const std::array convert_table{write_row<file_convert_settings>,
                               help_row<file_convert_settings>,
                               version_row<file_convert_settings>};
const std::array merge_table{write_row<file_merge_settings>,
                             help_row<file_merge_settings>,
                             version_row<file_merge_settings>};

using split_row = option_row<file_split_settings>;
const std::array split_table{
    split_row{
        {"--packets", "N", limits_group, "so many in each part"},
        [](file_split_settings& s, option_value& v) { v.whole_into(s.packets, 1, UINT64_MAX); }},
    split_row{{"--size", "OCTETS", limits_group, "no part longer: 500k, 10M, 1G"},
              [](file_split_settings& s, option_value& v) { s.octets = v.octets(); }},
    split_row{{"--duration", "SECONDS", limits_group, "from the first packet of each part"},
              [](file_split_settings& s, option_value& v) { s.duration = v.time_span(); }},
    split_row{{"--conversations",
               "",
               limits_group,
               "a part for each TCP or UDP conversation, one for all that is neither"},
              [](file_split_settings& s, option_value&) { s.conversations = true; }},
    split_row{
        {"-w,--write",
         "FILE",
         output_group,
         "the parts: x_00001.pcap, x_00002.pcap... for x.pcap; .pcap .cap .dump .dmp are pcap, "
         ".pcapng .ntar pcapng, no suffix what the input is, also with .gz or .zst"},
        apply_write<file_split_settings>},
    help_row<file_split_settings>,
    version_row<file_split_settings>,
};

using hide_row = option_row<file_anonymize_settings>;
const std::array anonymize_table{
    hide_row{{"--key",
              "TEXT",
              what_group,
              "the same key, the same substitutes; without it a random one, that nobody knows"},
             [](file_anonymize_settings& s, option_value& v) { s.key = v.text(); }},
    hide_row{{"--payload",
              "keep|zero|cut",
              what_group,
              "what is behind the transport, or of an unknown protocol (zero)"},
             [](file_anonymize_settings& s, option_value& v) {
                 if (const auto at = v.choice({"keep", "zero", "cut"})) {
                     s.payload = static_cast<std::uint8_t>(*at);
                 }
             }},
    hide_row{{"--ports", "", what_group, "ports of TCP, UDP and SCTP too"},
             [](file_anonymize_settings& s, option_value&) { s.ports = true; }},
    hide_row{{"--keep-vendor", "", what_group, "the vendor's half of a MAC address stays"},
             [](file_anonymize_settings& s, option_value&) { s.keep_vendor = true; }},
    write_row<file_anonymize_settings>,
    help_row<file_anonymize_settings>,
    version_row<file_anonymize_settings>,
};

const std::array verify_table{json_row<file_verify_settings>,
                              help_row<file_verify_settings>,
                              version_row<file_verify_settings>};

constexpr std::array group_examples{
    example{"sonde file info x.pcapng", "what is in a file, in numbers"},
    example{"sonde file cut --from +60 --until +90 -w part.pcapng x.pcap", "half a minute of it"},
    example{"sonde file merge -w both.pcapng a.pcap b.pcapng.gz", "two files by time"},
    example{"sonde file anonymize --key secret -w public.pcapng x.pcap", "to show it to others"},
};
constexpr std::array info_examples{
    example{"sonde file info x.pcapng", "format, times, packets, interfaces"},
    example{"sonde file info --json *.pcap | jq .packets", "the same for a program"},
};
constexpr std::array cut_examples{
    example{"sonde file cut --frames 1-100 -w first.pcap x.pcap", "the first hundred"},
    example{
        "sonde file cut --from 2026-03-01T12:00:00 --until 2026-03-01T12:01:00 -w noon.pcap x.pcap",
        "a minute"},
    example{"sonde file cut -s 64 -w heads.pcapng.zst x.pcapng", "the headers only"},
    example{"sonde file cut --filter 'tcp port 80' -w - x.pcap | sonde dissect -", "in a pipe"},
};
constexpr std::array convert_examples{
    example{"sonde file convert -w x.pcapng x.pcap", "another format"},
    example{"sonde file convert -w x.pcap.zst x.pcap.gz", "another compression"},
};
constexpr std::array merge_examples{
    example{"sonde file merge -w both.pcapng a.pcap b.pcapng.gz", "by time, nothing lost"},
};
constexpr std::array split_examples{
    example{"sonde file split --packets 10000 -w part.pcap x.pcap",
            "part_00001.pcap, part_00002.pcap..."},
    example{"sonde file split --conversations -w talk.pcap x.pcap", "one file for each"},
};
constexpr std::array anonymize_examples{
    example{"sonde file anonymize --key secret -w public.pcapng x.pcap",
            "no payload, other addresses, the same with every run"},
    example{"sonde file anonymize --payload keep --keep-vendor -w y.pcap x.pcap",
            "where the payload tells nothing"},
};
constexpr std::array verify_examples{
    example{"sonde file verify x.pcapng", "does it keep to its format, and do we read all of it"},
};

constexpr std::array exits{
    exit_rule{0, "done, also where nothing matched"},
    exit_rule{1, "an input is damaged (all that is readable was used)"},
    exit_rule{2, "wrong option or filter, no such file, nothing could be written"},
};
constexpr std::array verify_exits{
    exit_rule{0, "every frame comes back octet for octet, and the files keep to their format"},
    exit_rule{1, "one does not"},
    exit_rule{2, "wrong option, no such file"},
};
constexpr std::array<std::string_view, 7> words{
    "info", "cut", "convert", "merge", "split", "anonymize", "verify"};

std::vector<option_info> no_options() {
    return {help_row<file_info_settings>.info, version_row<file_info_settings>.info};
}

command_info describe_group() {
    return {"file",
            "tell about capture files, cut, convert, merge, split, anonymize and verify them",
            "info|cut|convert|merge|split|anonymize|verify [options] FILE...",
            "Works on whole capture files: pcap and pcapng, plain, gzip or zstd; - is standard "
            "input or output. info: in numbers. cut: a part. convert: another format. merge: "
            "several into one, by time. split: one into several. anonymize: without the addresses "
            "of those who sent it. verify: is it sound. `sonde help file cut` explains one.",
            no_options(),
            group_examples,
            exits,
            words,
            true};
}

}  // namespace

std::span<const option_row<file_info_settings>> file_info_rows() noexcept { return info_table; }
std::span<const option_row<file_cut_settings>> file_cut_rows() noexcept { return cut_table; }
std::span<const option_row<file_convert_settings>> file_convert_rows() noexcept {
    return convert_table;
}
std::span<const option_row<file_merge_settings>> file_merge_rows() noexcept { return merge_table; }
std::span<const option_row<file_split_settings>> file_split_rows() noexcept { return split_table; }
std::span<const option_row<file_anonymize_settings>> file_anonymize_rows() noexcept {
    return anonymize_table;
}
std::span<const option_row<file_verify_settings>> file_verify_rows() noexcept {
    return verify_table;
}

namespace {

// Those that make other files of what they read, or none.
command_info describe_other(std::string_view word) {
    if (word == "merge") {
        return {"file merge",
                "several capture files in one, by time",
                "-w FILE FILE...",
                "Of packets of one time those of the earlier file come first. Files of several "
                "link types need a .pcapng; each input's interfaces are kept apart.",
                infos(merge_table),
                merge_examples,
                exits,
                {},
                true};
    }
    if (word == "split") {
        return {
            "file split",
            "a capture file in parts",
            "[options] -w FILE FILE|-",
            "Writes part_00001.pcap, part_00002.pcap... for -w part.pcap. Several limits may be "
            "given; the first that is reached ends a part.",
            infos(split_table),
            split_examples,
            exits,
            {},
            true};
    }
    if (word == "anonymize") {
        return {
            "file anonymize",
            "a capture file without the addresses of those who sent it",
            "[options] -w FILE FILE|-",
            "IP addresses get substitutes that keep common prefixes, MAC addresses others; also "
            "in ARP, in options, and in datagrams that errors quote. Checksums that were right "
            "stay right. Comments, names, secrets and what interfaces are called are dropped. "
            "Prefix preservation leaks by design: who knows the substitute of one host learns "
            "the networks near it. Addresses in payload that is kept stay.",
            infos(anonymize_table),
            anonymize_examples,
            exits,
            {},
            true};
    }
    if (word == "verify") {
        return {"file verify",
                "whether a capture file is sound, and whether sonde reads all of it",
                "[--json] FILE...",
                "Compares the file with what its format demands, takes every frame apart and puts "
                "it together again, octet for octet, and judges the checksums.",
                infos(verify_table),
                verify_examples,
                verify_exits,
                {},
                true};
    }
    return describe_group();
}

}  // namespace

command_info describe_file(std::string_view word) {
    if (word == "info") {
        return {"file info",
                "capture files in numbers",
                "[--json] FILE...",
                "Format, compression, times, packets, lengths, interfaces, and what was lost.",
                infos(info_table),
                info_examples,
                exits,
                {},
                true};
    }
    if (word == "cut") {
        return {"file cut",
                "a part of a capture file",
                "[options] -w FILE FILE|-",
                "Copies the packets that pass, and everything else that the file says: "
                "interfaces, comments, names, secrets. The name of the result says its format.",
                infos(cut_table),
                cut_examples,
                exits,
                {},
                true};
    }
    if (word == "convert") {
        return {"file convert",
                "a capture file in another format or compression",
                "-w FILE FILE|-",
                "Copies a capture file. The name of the result says its format and compression. A "
                "pcap file has one link type and no place for interfaces, comments and names.",
                infos(convert_table),
                convert_examples,
                exits,
                {},
                true};
    }
    return describe_other(word);
}

}  // namespace sonde::cli
