#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <utility>

#include <sonde/capture/capture_name.hpp>
#include <sonde/capture/capture_writer.hpp>

#include "capture_writer_state.hpp"
#include "compression.hpp"

namespace sonde::inline v0 {
namespace {

constexpr int standard_output = 1;
constexpr int permissions = 0666;  // before the user's mask

/// Before a file is replaced.
capture_result<void> check(const writer_options& options) {
    constexpr std::uint8_t fcs_len_max = 30;  // octets: four bits count 16-bit words
    if (options.fcs_len % 2 == 0 && options.fcs_len <= fcs_len_max) return {};
    return tl::unexpected(capture_error{.reason = capture_reason::mismatch,
                                        .what = "pcap file header, frame check sequence",
                                        .needed = fcs_len_max,
                                        .had = options.fcs_len,
                                        .remedy = "an even number of octets, 30 at most"});
}

capture_result<detail::descriptor> open_to_write(const std::string& path, int flags) {
    const int number = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | flags, permissions);
    if (number < 0) return detail::system_refused("open", errno);
    return detail::descriptor(number, true);
}

void put_address(std::vector<std::uint8_t>& out, const ip_address& address) {
    const std::size_t len = address.is_v4() ? 4 : 16;
    out.resize(out.size() + len);
    const bytes_mut room = bytes_mut(out).last(len);
    if (address.is_v4()) {
        put_be32_at(room, 0, address.v4().value);
    } else {
        copy_octets(room, address.v6().octets);
    }
}

}  // namespace

capture_writer::capture_writer(std::unique_ptr<detail::capture_writer_state> state) noexcept
    : state_(std::move(state)) {}
capture_writer::capture_writer(capture_writer&&) noexcept = default;
capture_writer& capture_writer::operator=(capture_writer&&) noexcept = default;
capture_writer::~capture_writer() = default;

capture_result<capture_writer> capture_writer::create(const std::string& path,
                                                      const writer_options& options) {
    if (auto fine = check(options); !fine) return tl::unexpected(fine.error());
    writer_options chosen = options;
    const capture_name said = read_capture_name(path);
    if (!chosen.format) chosen.format = said.format.value_or(capture_format::pcapng);
    const auto compression = chosen.compression.value_or(said.compression);
    auto file = path == "-"
                    ? capture_result<detail::descriptor>(detail::descriptor(standard_output, false))
                    : open_to_write(path, O_CREAT | O_TRUNC);
    if (!file) return tl::unexpected(file.error());
    auto sink = detail::compress(detail::write_to(std::move(*file)), compression);
    return capture_writer(std::make_unique<detail::capture_writer_state>(std::move(sink), chosen));
}

capture_result<capture_writer> capture_writer::to_descriptor(int number,
                                                             const writer_options& options) {
    if (auto fine = check(options); !fine) return tl::unexpected(fine.error());
    auto sink = detail::compress(detail::write_to(detail::descriptor(number, false)),
                                 options.compression.value_or(capture_compression::none));
    return capture_writer(std::make_unique<detail::capture_writer_state>(std::move(sink), options));
}

capture_result<capture_writer> capture_writer::to_memory(std::vector<std::uint8_t>& octets,
                                                         const writer_options& options) {
    if (auto fine = check(options); !fine) return tl::unexpected(fine.error());
    auto sink = detail::compress(detail::write_to(octets),
                                 options.compression.value_or(capture_compression::none));
    return capture_writer(std::make_unique<detail::capture_writer_state>(std::move(sink), options));
}

capture_result<void> capture_writer::write(bytes_view octets, wall_time time,
                                           const packet_notes& notes) {
    return state_->write_whole(octets, time, notes);
}
capture_result<std::uint32_t> capture_writer::add_interface(const capture_interface& interface) {
    return state_->add_interface(interface);
}
capture_result<void> capture_writer::begin_section(std::span<const std::string> comments) {
    return state_->begin_section(comments);
}

capture_result<void> capture_writer::write_names(std::span<const resolved_name> names) {
    if (auto fine = state_->need_pcapng(); !fine) return fine;
    if (auto done = state_->begin(); !done) return done;
    std::vector<std::uint8_t> body;
    for (const resolved_name& one : names) {
        std::vector<std::uint8_t> value;
        put_address(value, one.address);
        for (const std::string& name : one.names) {
            for (const char octet : name) value.push_back(static_cast<std::uint8_t>(octet));
            value.push_back(0);
        }
        if (value.size() > UINT16_MAX) value.resize(UINT16_MAX);
        const std::size_t at = body.size();
        body.resize(at + 4 + detail::padded(value.size()));
        const bytes_mut room = bytes_mut(body).subspan(at);
        store16(state_->order(), room, 0, one.address.is_v4() ? 1 : 2);
        store16(state_->order(), room, 2, static_cast<std::uint16_t>(value.size()));
        copy_octets(room.subspan(4), value);
    }
    body.resize(body.size() + 4);  // the end of the names
    return state_->write_block(static_cast<std::uint32_t>(block_type::name_resolution), body);
}

capture_result<void> capture_writer::write_secrets(const decryption_secrets& secrets) {
    if (auto fine = state_->need_pcapng(); !fine) return fine;
    if (auto done = state_->begin(); !done) return done;
    std::vector<std::uint8_t> body(8 + secrets.octets.size());
    store32(state_->order(), body, 0, secrets.type);
    store32(state_->order(), body, 4, static_cast<std::uint32_t>(secrets.octets.size()));
    copy_octets(bytes_mut(body).subspan(8), secrets.octets);
    return state_->write_block(static_cast<std::uint32_t>(block_type::decryption_secrets), body);
}

capture_result<void> capture_writer::write_custom(const custom_block& block) {
    if (auto fine = state_->need_pcapng(); !fine) return fine;
    if (auto done = state_->begin(); !done) return done;
    std::vector<std::uint8_t> body(4 + block.octets.size());
    store32(state_->order(), body, 0, block.enterprise);
    copy_octets(bytes_mut(body).subspan(4), block.octets);
    const auto type = block.copied ? block_type::custom : block_type::custom_not_copied;
    return state_->write_block(static_cast<std::uint32_t>(type), body);
}

capture_result<void> capture_writer::write_statistics(const interface_statistics& counts) {
    return state_->write_statistics(counts);
}
capture_result<void> capture_writer::copy_block(const capture_block& block) {
    return state_->copy_block(block);
}
capture_result<void> capture_writer::flush() { return state_->flush(); }
capture_result<void> capture_writer::close() { return state_->close(); }
capture_format capture_writer::format() const noexcept { return state_->format(); }
std::uint64_t capture_writer::packets() const noexcept { return state_->packets(); }
std::uint64_t capture_writer::octets() const noexcept { return state_->octets(); }

writer_options options_like(const capture_file& file) {
    writer_options made{.format = file.format(), .order = file.order(), .cut_to_snap_len = false};
    if (file.format() == capture_format::pcap) {
        const capture_interface& only = file.interfaces().front();
        constexpr std::uint8_t nano = 9;
        made.nanoseconds = only.resolution == nano;
        made.link_type = only.link_type;
        made.fcs_len = only.fcs_len;
        made.snap_len = only.snap_len;
    }
    return made;
}

}  // namespace sonde::inline v0
