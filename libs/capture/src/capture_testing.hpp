#pragma once
/// What the tests of captures share: captures made by hand, octet by octet and without our writer,
/// places for files, and other programs that read what we wrote.

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <unistd.h>
#include <vector>

#include <gtest/gtest.h>

#include <sonde/capture/capture_tools.hpp>
#include <sonde/testing/corpus.hpp>

namespace sonde::capture_testing {

using octet_list = std::vector<std::uint8_t>;

/// Words in the order of the file that is being made.
class maker {
  public:
    explicit maker(byte_order order = byte_order::little) : order_(order) {}
    maker& u8(std::uint8_t value) {
        made_.push_back(value);
        return *this;
    }
    maker& u16(std::uint32_t value) { return word(value, 2); }
    maker& u32(std::uint64_t value) { return word(value, 4); }
    maker& fill(std::size_t count, std::uint8_t value) {
        made_.insert(made_.end(), count, value);
        return *this;
    }
    maker& add(const octet_list& other) {
        made_.insert(made_.end(), other.begin(), other.end());
        return *this;
    }
    maker& text(std::string_view value) {
        for (const char one : value) u8(static_cast<std::uint8_t>(one));
        return *this;
    }
    /// A pcapng block around a body, which is padded.
    maker& block(std::uint32_t type, octet_list body) {
        while (body.size() % 4 != 0) body.push_back(0);
        return u32(type).u32(body.size() + 12).add(body).u32(body.size() + 12);
    }
    maker& section() {
        return block(0x0a0d0d0a, maker(order_).u32(0x1a2b3c4d).u16(1).u16(0).fill(8, 0xff).made_);
    }
    maker& interface(std::uint16_t link_type, std::uint32_t snap_len = 0) {
        return block(1, maker(order_).u16(link_type).u16(0).u32(snap_len).made_);
    }
    /// An enhanced packet of `len` octets of value 0xa5.
    maker& packet(std::uint32_t interface, std::uint64_t ticks, std::uint32_t len) {
        maker body(order_);
        body.u32(interface).u32(ticks >> 32).u32(ticks & 0xffffffff).u32(len).u32(len);
        return block(6, body.fill(len, 0xa5).made_);
    }
    maker& pcap_header(std::uint32_t magic, std::uint32_t link = 1) {
        return u32(magic).u16(2).u16(4).u32(0).u32(0).u32(262144).u32(link);
    }
    maker& pcap_record(std::uint32_t seconds, std::uint32_t fraction, std::uint32_t len) {
        return u32(seconds).u32(fraction).u32(len).u32(len + 4).fill(len, 0xa5);
    }
    [[nodiscard]] const octet_list& octets() const { return made_; }

  private:
    maker& word(std::uint64_t value, int size) {
        for (int i = 0; i < size; ++i) {
            const int shift = 8 * (order_ == byte_order::big ? size - 1 - i : i);
            made_.push_back(static_cast<std::uint8_t>(value >> shift));
        }
        return *this;
    }
    byte_order order_;
    octet_list made_;
};

/// A folder of one test, gone with it.
class scratch_folder {
  public:
    scratch_folder() {
        std::string name =
            (std::filesystem::temp_directory_path() / "sonde_capture_XXXXXX").string();
        if (::mkdtemp(name.data()) != nullptr) path_ = name;
    }
    scratch_folder(const scratch_folder&) = delete;
    scratch_folder& operator=(const scratch_folder&) = delete;
    ~scratch_folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string file(const std::string& name) const {
        return (path_ / name).string();
    }

  private:
    std::filesystem::path path_;
};

inline void save(const std::string& path, const octet_list& octets) {
    std::ofstream out(path, std::ios::binary);
    for (const std::uint8_t octet : octets) out.put(static_cast<char>(octet));
}

inline octet_list load(const std::string& path) { return testing::read_octets(path); }

/// What a command prints, or nothing when the program is not there.
inline std::optional<std::string> run(const std::string& program, const std::string& arguments) {
    const std::string there = "command -v " + program + " >/dev/null 2>&1";
    if (std::system(there.c_str()) != 0) return std::nullopt;  // NOLINT(concurrency-mt-unsafe)
    std::FILE* pipe = ::popen((program + " " + arguments + " 2>/dev/null").c_str(), "r");
    if (pipe == nullptr) return std::nullopt;
    std::string out;
    std::array<char, 4096> piece{};
    for (std::size_t got = 0; (got = std::fread(piece.data(), 1, piece.size(), pipe)) > 0;) {
        out.append(piece.data(), got);
    }
    ::pclose(pipe);
    return out;
}

/// One packet with its octets owned, to compare files by.
struct kept_packet {
    octet_list octets;
    std::int64_t ns = 0;
    std::uint32_t original_len = 0;
    std::uint16_t link_type = 0;
    bool has_time = true;
    std::vector<std::string> comments;
    friend bool operator==(const kept_packet&, const kept_packet&) = default;
};

inline std::vector<kept_packet> keep_all(capture_file& file) {
    std::vector<kept_packet> all;
    for (const record& r : file) {
        kept_packet one{{r.octets.begin(), r.octets.end()},
                        r.time.time_since_epoch().count(),
                        r.original_len,
                        r.link_type,
                        r.has_time,
                        {}};
        for (const std::string_view comment : r.comments()) one.comments.emplace_back(comment);
        all.push_back(std::move(one));
    }
    return all;
}

inline std::vector<kept_packet> keep_all(const octet_list& octets) {
    auto file = capture_file::from_memory(octets);
    EXPECT_TRUE(file.has_value()) << (file ? "" : describe(file.error()));
    return file ? keep_all(*file) : std::vector<kept_packet>{};
}

inline wall_time at_ns(std::int64_t ns) { return wall_time(nanoseconds(ns)); }

}  // namespace sonde::capture_testing

/// Skips, loudly, where a program that should read our files is not installed.
#define SONDE_REQUIRE_OUTPUT(output, program) \
    if (!(output)) GTEST_SKIP() << program << " is not installed: install it to run this comparison"
