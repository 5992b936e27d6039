#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <zlib.h>

#include <sonde/testing/corpus.hpp>

namespace sonde::testing {
namespace {

namespace fs = std::filesystem;

// A reader of little- or big-endian words; test code, so a short file throws.
class cursor {
  public:
    explicit cursor(const std::vector<std::uint8_t>& octets) : octets_(octets) {}
    bool big_endian = false;

    [[nodiscard]] std::size_t left() const { return octets_.size() - at_; }
    [[nodiscard]] std::size_t at() const { return at_; }
    void seek(std::size_t at) { at_ = std::min(at, octets_.size()); }
    std::uint32_t word(int size) {
        need(static_cast<std::size_t>(size));
        std::uint32_t made = 0;
        for (int i = 0; i < size; ++i) {
            const int shift = 8 * (big_endian ? size - 1 - i : i);
            made |= static_cast<std::uint32_t>(octets_[at_++]) << shift;
        }
        return made;
    }
    std::uint32_t u16() { return word(2); }
    std::uint32_t u32() { return word(4); }
    std::vector<std::uint8_t> take(std::size_t len) {
        need(len);
        const auto first = octets_.begin() + static_cast<std::ptrdiff_t>(at_);
        at_ += len;
        return {first, first + static_cast<std::ptrdiff_t>(len)};
    }

  private:
    void need(std::size_t len) const {
        if (left() < len) throw std::runtime_error("capture ends early");
    }
    const std::vector<std::uint8_t>& octets_;
    std::size_t at_ = 0;
};

std::vector<captured_frame> read_pcap(const std::vector<std::uint8_t>& octets, bool big_endian,
                                      bool modified) {
    cursor in(octets);
    in.big_endian = big_endian;
    in.seek(20);
    const std::uint32_t link_type = in.u32() & 0x0fffffff;
    std::vector<captured_frame> frames;
    while (in.left() >= 16) {
        in.seek(in.at() + 8);
        const std::uint32_t captured = in.u32();
        const std::uint32_t original = in.u32();
        if (modified) in.seek(in.at() + 8);
        if (in.left() < captured) break;
        frames.push_back({link_type, original, in.take(captured)});
    }
    return frames;
}

std::vector<captured_frame> read_pcapng(const std::vector<std::uint8_t>& octets) {
    cursor in(octets);
    std::vector<std::uint32_t> link_types;
    std::vector<captured_frame> frames;
    while (in.left() >= 12) {
        const std::size_t start = in.at();
        const std::uint32_t type = in.u32();
        if (type == 0x0a0d0d0a) {
            in.seek(start + 8);
            in.big_endian = false;
            in.big_endian = in.u32() != 0x1a2b3c4d;
            in.seek(start + 4);
            link_types.clear();
        }
        const std::uint32_t block_len = in.u32();
        if (block_len < 12 || block_len > octets.size() - start) break;
        if (type == 1) link_types.push_back(in.u16());
        if (type == 6 || type == 2) {
            const std::uint32_t interface = type == 6 ? in.u32() : in.word(2);
            if (type == 2) in.seek(in.at() + 2);
            in.seek(in.at() + 8);
            const std::uint32_t captured = in.u32();
            const std::uint32_t original = in.u32();
            frames.push_back({link_types.at(interface), original, in.take(captured)});
        } else if (type == 3) {
            const std::uint32_t original = in.u32();
            frames.push_back(
                {link_types.at(0), original, in.take(std::min(original, block_len - 16))});
        }
        in.seek(start + block_len);
    }
    return frames;
}

}  // namespace

std::optional<fs::path> corpus_root() {
    std::vector<fs::path> places;
    if (const char* named = std::getenv("SONDE_CORPUS"))
        places.emplace_back(named);  // NOLINT(concurrency-mt-unsafe)
    for (const auto& place : places) {
        std::error_code ignored;
        if (fs::is_directory(place / "captures", ignored)) return place;
    }
    return std::nullopt;
}

std::vector<std::uint8_t> read_octets(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) throw std::runtime_error("cannot open " + path.string());
    return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<captured_frame> read_capture_file(const fs::path& path) {
    const auto octets = read_octets(path);
    if (octets.size() < 24) return {};
    cursor in(octets);
    const std::uint32_t magic = in.u32();
    if (magic == 0x0a0d0d0a) return read_pcapng(octets);
    for (const std::uint32_t known : {0xa1b2c3d4U, 0xa1b23c4dU, 0xa1b2cd34U}) {
        const bool modified = known == 0xa1b2cd34U;
        if (magic == known) return read_pcap(octets, false, modified);
        if (magic == __builtin_bswap32(known)) return read_pcap(octets, true, modified);
    }
    throw std::runtime_error("not a capture file: " + path.string());
}

std::vector<captured_frame> read_capture(const std::string& name) {
    const auto root = corpus_root();
    if (!root) throw std::runtime_error("captures absent");
    return read_capture_file(*root / "captures" / name);
}

std::vector<std::string> list_captures(const std::string& folder) {
    std::vector<std::string> names;
    const auto root = corpus_root();
    if (!root) return names;
    for (const auto& entry : fs::recursive_directory_iterator(*root / "captures" / folder)) {
        const auto extension = entry.path().extension();
        if (extension == ".pcap" || extension == ".pcapng" || extension == ".cap") {
            names.push_back(fs::relative(entry.path(), *root / "captures").string());
        }
    }
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> read_lines(const fs::path& path) {
    const gzFile file = gzopen(path.c_str(), "rb");  // reads plain files too
    if (file == nullptr) throw std::runtime_error("cannot open " + path.string());
    std::string all;
    std::vector<char> chunk(1 << 16);
    for (int got = 0;
         (got = gzread(file, chunk.data(), static_cast<unsigned>(chunk.size()))) > 0;) {
        all.append(chunk.data(), static_cast<std::size_t>(got));
    }
    gzclose(file);
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < all.size();) {
        const std::size_t end = std::min(all.find('\n', at), all.size());
        lines.push_back(all.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

}  // namespace sonde::testing
